package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.Map;
import java.util.SortedMap;

/** Fixed heuristics, which TokenReduction computes by masking. */
record FixedPatternMethod() implements TokenReductionMethod {
  @Override
  public SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden,
        "heuristic",
        TokenReductionConfig.placementOfShares(golden),
        Map.of(
            "norm",
            golden.text("/config/heuristic_pattern"),
            "mode",
            golden.flag("/config/not_contiguous", false) ? "staged" : "continuous",
            "min_radius",
            golden.number("/config/min_radius", 1)));
  }

  @Override
  public void compare(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    outputs.numbers(recorder);
    new MaskCheck(golden, comparison, outputs, recorder).check();
  }
}
