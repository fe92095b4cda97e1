package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.Map;
import java.util.SortedMap;

/** TokenReduction's copy of DynamicViT. */
final class DynamicVitMethod implements TokenReductionMethod {
  @Override
  public SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden,
        "dynamicvit",
        TokenReductionConfig.placementOfShares(golden),
        Map.of("predictor", "tokenreduction"));
  }

  @Override
  public void compare(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    outputs.network(recorder);
    new SelectionCheck(golden, comparison, outputs, recorder, false)
        .check(TokenReductionConfig.sites(golden));
  }
}
