package io.tokensweep.model.checkpoint;

import java.nio.ByteBuffer;

/** Turns stored bytes into floats. */
final class Decoder {
  private Decoder() {}

  /**
   * Reads elements up to the end of the source.
   *
   * @param type a weight type
   * @param source whole elements in the buffer's byte order
   * @param target receives the values
   * @param start index in {@code target} of the first value
   * @return index after the last value
   */
  static int decode(TensorType type, ByteBuffer source, float[] target, int start) {
    int count = source.remaining() / (type.bits() / 8);
    int end = start + count;
    switch (type) {
      case F32 -> source.asFloatBuffer().get(target, start, count);
      case F64 -> {
        for (int i = start; i < end; i++) {
          target[i] = (float) source.getDouble();
        }
      }
      case F16 -> {
        for (int i = start; i < end; i++) {
          target[i] = HalfPrecision.fromHalf(source.getShort());
        }
      }
      case BF16 -> {
        for (int i = start; i < end; i++) {
          target[i] = HalfPrecision.fromBrain(source.getShort());
        }
      }
      case BOOL,
          F4,
          F6_E2M3,
          F6_E3M2,
          U8,
          I8,
          F8_E5M2,
          F8_E4M3,
          F8_E8M0,
          F8_E4M3FNUZ,
          F8_E5M2FNUZ,
          I16,
          U16,
          I32,
          U32,
          C64,
          I64,
          U64 ->
          throw new IllegalArgumentException(type + " is not a weight type");
    }
    return end;
  }
}
