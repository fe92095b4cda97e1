package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.Tokens;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Significance of a patch token, as ATS and PPT score it: its share of class attention times the
 * norm of its value, s_j = a_cls[j]·‖v_j‖ / Σ_i a_cls[i]·‖v_i‖ over the patch tokens.
 */
public final class Significance {
  /** What {@link #of} reads. */
  public static final Set<Need> NEEDS = Set.of(Need.CLASS_ROW, Need.VALUE_NORMS);

  private Significance() {}

  /**
   * Scores of every image.
   *
   * @return (B, N), each row adding up to 1, or all 0 where nothing is attended to
   */
  public static NDArray of(AttentionView attention) {
    NDArray classRow = attention.classRow();
    NDArray norms = attention.valueNorms();
    long specials = norms.getShape().get(1) - classRow.getShape().get(1);
    NDArray weighed = classRow.mul(norms.get(":, {}:", specials));
    return weighed.div(weighed.sum(new int[] {1}, true).maximum(Float.MIN_NORMAL));
  }

  /**
   * Unbiased variance of each image's scores (divisor N - 1), the measure of PPT's policy.
   *
   * @param scores (B, N)
   * @return B values; 0 for an image of one token
   */
  public static double[] variances(NDArray scores) {
    int[] all = IntStream.range(0, Math.toIntExact(scores.getShape().get(1))).toArray();
    return variances(scores, Collections.nCopies(Math.toIntExact(scores.getShape().get(0)), all));
  }

  /** As {@link #variances(NDArray)}, over the tokens that are no padding. */
  public static double[] variances(NDArray scores, Tokens tokens) {
    return variances(scores, RealPatches.of(tokens));
  }

  private static double[] variances(NDArray scores, List<int[]> real) {
    int width = Math.toIntExact(scores.getShape().get(1));
    float[] values = scores.toFloatArray();
    double[] variances = new double[real.size()];
    for (int image = 0; image < variances.length; image++) {
      int first = image * width;
      int count = real.get(image).length;
      double mean = 0;
      for (int j : real.get(image)) {
        mean += values[first + j] / (double) count;
      }
      double squares = 0;
      for (int j : real.get(image)) {
        double deviation = values[first + j] - mean;
        squares += deviation * deviation;
      }
      variances[image] = squares / Math.max(1, count - 1);
    }
    return variances;
  }
}
