package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Orders that do not depend on the device: ties go to the lower index. */
final class Ranking {
  private Ranking() {}

  /**
   * @param scores (B, N) fp32
   * @return indices into N by descending score, equal scores by ascending index, (B, N) int64
   */
  static NDArray descending(NDArray scores) {
    Shape shape = scores.getShape();
    int batch = Math.toIntExact(shape.get(0));
    int count = Math.toIntExact(shape.get(1));
    float[] values = scores.toFloatArray();
    long[] order = new long[values.length];
    long[] keys = new long[count];
    for (int image = 0; image < batch; image++) {
      for (int j = 0; j < count; j++) {
        keys[j] = ((long) ~sortable(values[image * count + j]) << 32) | j;
      }
      java.util.Arrays.sort(keys);
      for (int j = 0; j < count; j++) {
        order[image * count + j] = keys[j] & 0xFFFF_FFFFL;
      }
    }
    return scores.getManager().create(order, shape);
  }

  /** An int that orders like the float, -0 and +0 being equal. */
  private static int sortable(float value) {
    int bits = Float.floatToIntBits(value + 0.0f);
    return bits ^ ((bits >> 31) & 0x7FFF_FFFF);
  }
}
