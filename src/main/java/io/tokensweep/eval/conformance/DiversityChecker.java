package io.tokensweep.eval.conformance;

import io.tokensweep.eval.Diversity;
import io.tokensweep.model.checkpoint.TypedTensors;
import java.util.List;

/** r(Z) of recorded matrices, with one of the tokens and with the column-wise median. */
final class DiversityChecker implements Checker {
  /** The features are fp32; sums over them in fp64 agree to this (methods.md, 8.1). */
  private static final double RELATIVE = 1e-6;

  @Override
  public CaseResult check(GoldenCase golden) {
    Comparison comparison = new Comparison(golden);
    try (TypedTensors tensors = golden.tensors()) {
      for (int i = 0; i < golden.items("/results").size(); i++) {
        String result = "/results/" + i;
        String matrix = golden.text(result + "/matrix");
        float[] z = tensors.floats(matrix);
        List<Long> shape = tensors.tensors().get(matrix).shape();
        if (shape.size() != 2) {
          throw golden.unusable(result + "/matrix", "the name of a matrix");
        }
        int count = Math.toIntExact(shape.get(0));
        int width = Math.toIntExact(shape.get(1));
        compare(
            comparison,
            matrix + " median",
            Diversity.median(z, count, width),
            golden.number(result + "/a_entrywise_l1_median"));
        compare(
            comparison,
            matrix + " medoid",
            Diversity.medoid(z, count, width),
            golden.number(result + "/b_entrywise_l1_best_token"));
      }
    }
    return comparison.result();
  }

  private static void compare(Comparison comparison, String what, double actual, double expected) {
    comparison.numbers(
        what, new double[] {actual}, new double[] {expected}, RELATIVE * Math.abs(expected));
  }
}
