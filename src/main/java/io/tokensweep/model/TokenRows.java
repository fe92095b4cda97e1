package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Optional;

/** Picking tokens by index. */
public final class TokenRows {
  private TokenRows() {}

  /**
   * Rows of a batch of matrices.
   *
   * @param x (B, T, D)
   * @param indices (B, K) int64 into T
   * @return (B, K, D)
   */
  public static NDArray gather(NDArray x, NDArray indices) {
    Shape shape = x.getShape();
    NDArray wide =
        indices.expandDims(2).broadcast(shape.get(0), indices.getShape().get(1), shape.get(2));
    return x.gather(wide, 1);
  }

  /**
   * The tokens at {@code indices}, in that order; every other patch is recorded as dropped.
   *
   * @param indices (B, K) int64 into T, the specials first and unmoved
   */
  public static Tokens gather(Tokens tokens, NDArray indices) {
    return gather(
        tokens, indices, tokens.active().map(active -> active.gather(indices, 1)), new float[0]);
  }

  /** The tokens of {@code rows}, in that order; what only stands in padding is dropped. */
  public static Tokens gather(Tokens tokens, RowSelector.Rows rows) {
    float[] real = rows.active().map(NDArray::toFloatArray).orElseGet(() -> new float[0]);
    return gather(tokens, rows.indices(), rows.active(), real);
  }

  private static Tokens gather(
      Tokens tokens, NDArray indices, Optional<NDArray> active, float[] real) {
    return new Tokens(
        gather(tokens.x(), indices),
        tokens.specials(),
        tokens.sizes().map(sizes -> sizes.gather(indices, 1)),
        tokens.proportional(),
        active,
        tokens.sources().map(sources -> followKept(sources, tokens, indices, real)),
        tokens.carried());
  }

  /**
   * New position of every original patch: -1 where its token is not among {@code indices}.
   *
   * @param real 0 for each of the indices that is padding; empty if none is
   */
  private static NDArray followKept(NDArray sources, Tokens tokens, NDArray indices, float[] real) {
    int batch = tokens.batch();
    int[] from = sources.toIntArray();
    long[] kept = indices.toLongArray();
    int keptCount = kept.length / batch;
    int patchesBefore = from.length / batch;
    int[] to = new int[from.length];
    for (int image = 0; image < batch; image++) {
      int[] position = new int[tokens.patches()];
      Arrays.fill(position, -1);
      for (int k = tokens.specials(); k < keptCount; k++) {
        int row = image * keptCount + k;
        if (real.length == 0 || real[row] != 0) {
          position[(int) kept[row] - tokens.specials()] = k - tokens.specials();
        }
      }
      for (int patch = 0; patch < patchesBefore; patch++) {
        int token = from[image * patchesBefore + patch];
        to[image * patchesBefore + patch] = token < 0 ? -1 : position[token];
      }
    }
    return sources.getManager().create(to, new Shape(batch, patchesBefore));
  }

  /** Specials 0 … P-1 ahead of patch indices shifted by P, (B, P + K) int64. */
  public static NDArray withSpecials(NDArray patchIndices, int specials) {
    long batch = patchIndices.getShape().get(0);
    NDArray head =
        patchIndices
            .getManager()
            .arange(0, specials, 1, DataType.INT64)
            .reshape(1, specials)
            .broadcast(batch, specials);
    return head.concat(patchIndices.add(specials), 1);
  }

  /** Padding marks for the same tokens with {@code extra} real tokens appended. */
  public static Optional<NDArray> appendOnes(Optional<NDArray> marks, int extra) {
    return marks.map(m -> m.concat(m.getManager().ones(new Shape(m.getShape().get(0), extra)), 1));
  }
}
