package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Tokens;
import java.util.Arrays;

/**
 * Token diversity r(Z) = min over z of ‖Z − 1zᵀ‖ (BAT eq. 4) with the entry-wise l1 norm, over the
 * patch tokens of one image.
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
      scores.medoid[image] = medoid(z, counts[image], width);
      scores.median[image] = median(z, counts[image], width);
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
    double[] sums = new double[count];
    for (int i = 0; i < count; i++) {
      for (int k = i + 1; k < count; k++) {
        double distance = l1(z, i * width, k * width, width);
        sums[i] += distance;
        sums[k] += distance;
      }
    }
    return Arrays.stream(sums).min().orElse(0);
  }

  /** Four running sums, so that additions need not wait for each other. */
  private static double l1(float[] z, int a, int b, int width) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int c = 0;
    for (; c + 3 < width; c += 4) {
      s0 += Math.abs(z[a + c] - z[b + c]);
      s1 += Math.abs(z[a + c + 1] - z[b + c + 1]);
      s2 += Math.abs(z[a + c + 2] - z[b + c + 2]);
      s3 += Math.abs(z[a + c + 3] - z[b + c + 3]);
    }
    for (; c < width; c++) {
      s0 += Math.abs(z[a + c] - z[b + c]);
    }
    return (s0 + s1) + (s2 + s3);
  }

  /**
   * Σ over columns of the distances to the column's lower median.
   *
   * @param z row-major (count, width)
   */
  public static double median(float[] z, int count, int width) {
    double sum = 0;
    float[] column = new float[count];
    for (int c = 0; c < width; c++) {
      for (int i = 0; i < count; i++) {
        column[i] = z[i * width + c];
      }
      Arrays.sort(column);
      double middle = count == 0 ? 0 : column[(count - 1) / 2];
      for (float value : column) {
        sum += Math.abs(value - middle);
      }
    }
    return sum;
  }
}
