package io.tokensweep.eval.conformance;

import java.util.Map;
import java.util.Optional;

/**
 * The methods of JoakimHaurum/TokenReduction that are here: a new one is one class and one line.
 */
final class TokenReductionChecker implements Checker {
  private static final String OFFICIAL = "JoakimHaurum/TokenReduction";

  private static final Map<String, TokenReductionMethod> BY_NAME =
      Map.ofEntries(
          Map.entry("topk", new SelectingMethod("topk", false)),
          Map.entry("evit", new SelectingMethod("evit", true)),
          Map.entry("dyvit", new DynamicVitMethod()),
          Map.entry("tome", new StagedToMeMethod()),
          Map.entry("ats", new StagedAtsMethod()),
          Map.entry("heuristic", new FixedPatternMethod()),
          Map.entry("dpcknn", new DpcKnnMethod()),
          Map.entry("kmedoids", new KMedoidsMethod()),
          Map.entry("sinkhorn", new SoftClusterMethod("sinkhorn")),
          Map.entry("patchmerger", new SoftClusterMethod("patchmerger")),
          Map.entry("sit", new SoftClusterMethod("sit")));

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    if (!golden.comesFrom(OFFICIAL)) {
      return Optional.of("only %s has cases of this kind".formatted(OFFICIAL));
    }
    String name = golden.text("/config/method");
    TokenReductionMethod method = BY_NAME.get(name);
    return method == null
        ? Optional.of("method %s is not supported".formatted(name))
        : method.unsupported(golden).or(() -> NetworkCase.unsupported(golden));
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    TokenReductionMethod method = BY_NAME.get(golden.text("/config/method"));
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          Recorder recorder = Recorder.run(run, method.reductions(golden));
          method.compare(golden, comparison, outputs, recorder);
        });
  }
}
