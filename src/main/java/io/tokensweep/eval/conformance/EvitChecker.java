package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDManager;
import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * EViT with and without fusing: the backbone's outputs, and at each site the class attention, which
 * tokens are kept and which patches they are. Tokens whose class attention is equal but for
 * rounding noise may be in another order.
 */
final class EvitChecker implements Checker {
  private static final String OFFICIAL = "youweiliang/evit";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return golden.comesFrom(OFFICIAL)
        ? NetworkCase.unsupported(golden)
        : Optional.of("EViT is compared with %s only".formatted(OFFICIAL));
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    Comparison comparison = new Comparison(golden);
    try (NDManager manager = NDManager.newBaseManager();
        Outputs outputs = new Outputs(golden, comparison)) {
      NetworkCase run = NetworkCase.load(golden, comparison, manager);
      Recorder recorder = Recorder.run(run, reductions(golden));
      outputs.network(recorder);
      new SelectionCheck(golden, comparison, outputs, recorder, fuses(golden)).check(sites(golden));
      outputs.leaveOutOthers();
    }
    return comparison.result();
  }

  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden,
        "evit",
        sites(golden),
        OptionalDouble.of(golden.number("/config/keep_rate")),
        Map.of("fuse", fuses(golden)));
  }

  private static List<Integer> sites(GoldenCase golden) {
    return golden.wholes("/config/drop_loc").stream().sorted().toList();
  }

  private static boolean fuses(GoldenCase golden) {
    return golden.flag("/config/fuse_token", false);
  }
}
