package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDManager;
import io.tokensweep.reduction.Reduction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The methods of JoakimHaurum/TokenReduction that are here: each as that repository counts. */
final class TokenReductionChecker implements Checker {
  private static final String OFFICIAL = "JoakimHaurum/TokenReduction";
  private static final Set<String> SELECTING = Set.of("topk", "evit");
  private static final String MERGING = "tome";
  private static final String MASKING = "heuristic";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    if (!golden.comesFrom(OFFICIAL)) {
      return Optional.of("only %s has cases of this kind".formatted(OFFICIAL));
    }
    String method = golden.text("/config/method");
    if (!SELECTING.contains(method) && !method.equals(MERGING) && !method.equals(MASKING)) {
      return Optional.of("method %s is not supported".formatted(method));
    }
    if (!SELECTING.contains(method) && rates(golden).size() != 1) {
      return Optional.of("config.keep_rate with a rate for every site is not supported");
    }
    return NetworkCase.unsupported(golden);
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    Comparison comparison = new Comparison(golden);
    try (NDManager manager = NDManager.newBaseManager();
        Outputs outputs = new Outputs(golden, comparison)) {
      NetworkCase run = NetworkCase.load(golden, comparison, manager);
      Recorder recorder = Recorder.run(run, reductions(golden));
      String method = golden.text("/config/method");
      if (method.equals(MASKING)) {
        outputs.numbers(recorder);
        new MaskCheck(golden, comparison, outputs, recorder).check();
      } else {
        outputs.network(recorder);
        if (method.equals(MERGING)) {
          merging(golden, outputs, recorder);
        } else {
          new SelectionCheck(golden, comparison, outputs, recorder, method.equals("evit"))
              .check(sites(golden));
        }
      }
      outputs.leaveOutOthers();
    }
    return comparison.result();
  }

  private static void merging(GoldenCase golden, Outputs outputs, Recorder recorder) {
    int batch = recorder.batch();
    for (int block : sites(golden)) {
      recorder
          .siteIfAny(block)
          .ifPresent(
              site -> {
                int[] assigned = new int[batch * site.tokensBefore()];
                for (int image = 0; image < batch; image++) {
                  System.arraycopy(
                      site.assigned(image, batch),
                      0,
                      assigned,
                      image * site.tokensBefore(),
                      site.tokensBefore());
                }
                outputs.integers("site" + block + ".assign", assigned);
              });
    }
    outputs.floats("tokens_final", recorder.tokensFinal());
  }

  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    List<Integer> sites = sites(golden);
    String method = golden.text("/config/method");
    if (SELECTING.contains(method)) {
      return selecting(golden, method, sites);
    }
    OptionalDouble rate = OptionalDouble.of(rates(golden).get(0));
    if (method.equals(MERGING)) {
      return CaseMethod.sites(golden, "tome_staged", sites, rate, Map.of());
    }
    return CaseMethod.sites(
        golden,
        "heuristic",
        sites,
        rate,
        Map.of(
            "norm",
            golden.text("/config/heuristic_pattern"),
            "mode",
            golden.flag("/config/not_contiguous", false) ? "staged" : "continuous",
            "min_radius",
            golden.number("/config/min_radius", 1)));
  }

  /** One rate counts by its powers; several are the share of the initial tokens at each site. */
  private static SortedMap<Integer, Reduction> selecting(
      GoldenCase golden, String method, List<Integer> sites) {
    List<Double> rates = rates(golden);
    Map<String, Object> counts = Map.of("counts", "floor_absolute");
    if (rates.size() == 1) {
      return CaseMethod.sites(golden, method, sites, OptionalDouble.of(rates.get(0)), counts);
    }
    if (rates.size() != sites.size()) {
      throw golden.unusable("/config/keep_rate", "one rate, or one for each site");
    }
    SortedMap<Integer, Reduction> reductions = new TreeMap<>();
    for (int i = 0; i < sites.size(); i++) {
      reductions.putAll(
          CaseMethod.sites(
              golden, method, List.of(sites.get(i)), OptionalDouble.of(rates.get(i)), counts));
    }
    return Collections.unmodifiableSortedMap(reductions);
  }

  private static List<Double> rates(GoldenCase golden) {
    if (!golden.json().at("/config/keep_rate").isArray()) {
      return List.of(golden.number("/config/keep_rate"));
    }
    int count = golden.items("/config/keep_rate").size();
    return IntStream.range(0, count)
        .mapToObj(i -> golden.number("/config/keep_rate/" + i))
        .toList();
  }

  private static List<Integer> sites(GoldenCase golden) {
    return golden.wholes("/config/reduction_loc").stream().sorted().toList();
  }
}
