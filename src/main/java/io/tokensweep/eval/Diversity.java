package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Tokens;

/**
 * Token diversity r(Z) = min over z of ‖Z − 1zᵀ‖ (BAT eq. 4) with the entry-wise l1 norm, over the
 * patch tokens of one image, in fp64.
 */
public final class Diversity {
  private Diversity() {}

  /**
   * @param medoid z is one of the tokens, the paper's wording; one value for each image
   * @param median z is the column-wise median, the true minimiser; never above {@code medoid}
   * @param values N · D of each image, what the norms are divided by where sizes differ
   */
  @SuppressWarnings("ArrayRecordComponent") // a batch's results are read once and forgotten
  public record Scores(double[] medoid, double[] median, long[] values) {}

  /** Scores of every image of a batch, over the patch tokens that really exist. */
  static Scores of(Tokens tokens) {
    int[] counts = tokens.patchesPerImage();
    int batch = tokens.batch();
    int width = Math.toIntExact(tokens.x().getShape().get(2));
    int patches = tokens.patches();
    float[] features;
    try (NDArray patchFeatures = Casts.wide(tokens.patchFeatures())) {
      features = patchFeatures.toFloatArray();
    }
    float[] active = tokens.active().map(NDArray::toFloatArray).orElseGet(() -> new float[0]);
    Scores scores = new Scores(new double[batch], new double[batch], new long[batch]);
    for (int image = 0; image < batch; image++) {
      float[] z = new float[counts[image] * width];
      int row = 0;
      for (int token = 0; token < patches; token++) {
        boolean real =
            active.length == 0 || active[image * tokens.count() + tokens.specials() + token] != 0;
        if (real) {
          System.arraycopy(features, (image * patches + token) * width, z, row++ * width, width);
        }
      }
      Distances distances = new Distances(z, counts[image], width);
      scores.medoid[image] = distances.medoid();
      scores.median[image] = distances.median();
      scores.values[image] = z.length;
    }
    return scores;
  }

  /**
   * min over k of Σ_i ‖Z_i − Z_k‖₁.
   *
   * @param z row-major (count, width)
   */
  public static double medoid(float[] z, int count, int width) {
    return new Distances(z, count, width).medoid();
  }

  /**
   * Σ over columns of the distances to the column's lower median.
   *
   * @param z row-major (count, width)
   */
  public static double median(float[] z, int count, int width) {
    return new Distances(z, count, width).median();
  }
}
