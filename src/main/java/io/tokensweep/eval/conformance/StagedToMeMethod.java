package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.Map;
import java.util.SortedMap;

/** ToMe at TokenReduction's keep rates. */
record StagedToMeMethod() implements TokenReductionMethod {
  @Override
  public SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden, "tome_staged", TokenReductionConfig.placementOfShares(golden), Map.of());
  }

  @Override
  public void compare(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    outputs.network(recorder);
    for (int block : TokenReductionConfig.sites(golden)) {
      recorder
          .siteIfAny(block)
          .ifPresent(
              site ->
                  outputs.integers("site" + block + ".assign", site.assigned(recorder.batch())));
    }
    outputs.floats("tokens_final", recorder.tokensFinal());
  }
}
