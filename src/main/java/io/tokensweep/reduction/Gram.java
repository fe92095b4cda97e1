package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.TokenRows;
import java.util.ArrayList;
import java.util.List;

/**
 * Inner products of some tokens of one image, in fp64 so that what is decided with them does not
 * depend on the device or the batch. Tokens are numbered as they were listed.
 */
final class Gram {
  /**
   * Squared distances below this share of the squared norms are rounding noise of fp32 features:
   * the tokens are equal.
   */
  private static final double NOISE = 1e-13;

  private final double[] products;
  private final int offset;
  private final int stride;
  private final int count;
  private final int width;

  private Gram(double[] products, int offset, int stride, int count, int width) {
    this.products = products;
    this.offset = offset;
    this.stride = stride;
    this.count = count;
    this.width = width;
  }

  /**
   * @param features (B, N, D)
   * @param rows for each image the tokens that matter; images may differ in how many
   * @return one for each image
   */
  static List<Gram> of(NDArray features, List<int[]> rows) {
    int batch = rows.size();
    int longest = rows.stream().mapToInt(tokens -> tokens.length).max().orElse(0);
    int width = Math.toIntExact(features.getShape().get(2));
    double[] products = longest == 0 ? new double[0] : products(features, rows, longest);
    List<Gram> grams = new ArrayList<>(batch);
    for (int image = 0; image < batch; image++) {
      grams.add(
          new Gram(products, image * longest * longest, longest, rows.get(image).length, width));
    }
    return grams;
  }

  /** Multiply-accumulates for {@code tokens} of one image, n²·D. */
  static long macs(Architecture architecture, long tokens) {
    return tokens * tokens * architecture.width();
  }

  private static double[] products(NDArray features, List<int[]> rows, int longest) {
    long[] indices = new long[rows.size() * longest]; // token 0 where an image has fewer
    for (int image = 0; image < rows.size(); image++) {
      int[] tokens = rows.get(image);
      for (int i = 0; i < tokens.length; i++) {
        indices[image * longest + i] = tokens[i];
      }
    }
    try (NDArray index = features.getManager().create(indices, new Shape(rows.size(), longest));
        NDArray chosen = TokenRows.gather(features, index);
        NDArray wide = chosen.toType(DataType.FLOAT64, false);
        NDArray transposed = wide.transpose(0, 2, 1);
        NDArray gram = wide.matMul(transposed)) {
      return gram.toDoubleArray();
    }
  }

  /** Number of tokens. */
  int count() {
    return count;
  }

  /** D, channels of a token. */
  int width() {
    return width;
  }

  double product(int i, int j) {
    return i <= j ? products[offset + i * stride + j] : products[offset + j * stride + i];
  }

  /** ‖U_i - U_j‖². */
  double squaredDistance(int i, int j) {
    double norms = product(i, i) + product(j, j);
    double squared = norms - 2 * product(i, j);
    return squared <= NOISE * norms ? 0 : squared;
  }
}
