package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.Map;
import java.util.SortedMap;

/**
 * Top-K and EViT as TokenReduction counts.
 *
 * @param name of the method in the registry
 * @param fuses whether the other tokens become one more
 */
record SelectingMethod(String name, boolean fuses) implements TokenReductionMethod {
  @Override
  public SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden,
        name,
        TokenReductionConfig.placementOfShares(golden),
        Map.of("counts", "floor_absolute"));
  }

  @Override
  public void compare(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    outputs.network(recorder);
    new SelectionCheck(golden, comparison, outputs, recorder, fuses)
        .check(TokenReductionConfig.sites(golden));
  }
}
