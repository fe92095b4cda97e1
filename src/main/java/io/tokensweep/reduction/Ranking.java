package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Casts;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Orders that do not depend on the device: ties go to the lower index, which the engine's own
 * {@code topK} does not promise.
 */
public final class Ranking {
  private Ranking() {}

  /**
   * Ranks the tokens of every image.
   *
   * @param scores (B, N) of any floating type
   * @return indices into N by descending score, equal scores by ascending index, (B, N) int64
   */
  public static NDArray descending(NDArray scores) {
    Shape shape = scores.getShape();
    int batch = Math.toIntExact(shape.get(0));
    int count = Math.toIntExact(shape.get(1));
    float[] values = Casts.wide(scores).toFloatArray();
    int[] all = IntStream.range(0, count).toArray();
    long[] order = new long[values.length];
    for (int image = 0; image < batch; image++) {
      float[] own = Arrays.copyOfRange(values, image * count, (image + 1) * count);
      int[] ranked = descending(own, all);
      for (int j = 0; j < count; j++) {
        order[image * count + j] = ranked[j];
      }
    }
    return scores.getManager().create(order, shape);
  }

  /**
   * @param scores of all tokens
   * @param tokens those that are ranked
   * @return {@code tokens} by descending score, equal scores by ascending index
   */
  static int[] descending(float[] scores, int[] tokens) {
    return sorted(tokens, token -> ~sortable(scores[token]));
  }

  /**
   * @param scores of all tokens
   * @param tokens those that are ranked
   * @return {@code tokens} by ascending score, equal scores by ascending index
   */
  static int[] ascending(float[] scores, int[] tokens) {
    return sorted(tokens, token -> sortable(scores[token]));
  }

  private static int[] sorted(int[] tokens, IntUnaryOperator key) {
    return Arrays.stream(tokens)
        .mapToLong(token -> ((long) key.applyAsInt(token) << 32) | token)
        .sorted()
        .mapToInt(ranked -> (int) ranked)
        .toArray();
  }

  /** An int that orders like the float, -0 and +0 being equal. */
  private static int sortable(float value) {
    int bits = Float.floatToIntBits(value + 0.0f);
    return bits ^ ((bits >> 31) & 0x7FFF_FFFF);
  }
}
