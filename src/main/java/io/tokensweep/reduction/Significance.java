package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import java.util.Set;

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
    int batch = Math.toIntExact(scores.getShape().get(0));
    int count = Math.toIntExact(scores.getShape().get(1));
    float[] values = scores.toFloatArray();
    double[] variances = new double[batch];
    for (int image = 0; image < batch; image++) {
      double mean = 0;
      for (int j = 0; j < count; j++) {
        mean += values[image * count + j] / (double) count;
      }
      double squares = 0;
      for (int j = 0; j < count; j++) {
        double deviation = values[image * count + j] - mean;
        squares += deviation * deviation;
      }
      variances[image] = squares / Math.max(1, count - 1);
    }
    return variances;
  }
}
