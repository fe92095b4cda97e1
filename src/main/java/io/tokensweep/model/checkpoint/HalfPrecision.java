package io.tokensweep.model.checkpoint;

/** 16-bit floating point numbers: IEEE 754 binary16 and bfloat16. */
final class HalfPrecision {
  /** Finite numbers of this magnitude and above round to infinity in binary16. */
  static final float OVERFLOW = 65520f;

  private static final float SMALLEST_SUBNORMAL = 0x1p-24f;

  private HalfPrecision() {}

  /** The value of a binary16, exactly; the payload of a NaN is kept. */
  static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * SMALLEST_SUBNORMAL;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  /** The nearest binary16, ties to even; every NaN becomes a quiet NaN of the same sign. */
  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x1p-14f) {
      return (short) (sign | (int) Math.rint((double) magnitude / SMALLEST_SUBNORMAL));
    }
    int kept = bits & 0x7fffffff;
    int rounded = (kept + 0xfff + ((kept >>> 13) & 1)) >>> 13;
    return (short) (sign | rounded - ((127 - 15) << 10));
  }

  /** The value of a bfloat16, exactly. */
  static float fromBrain(short brain) {
    return Float.intBitsToFloat(brain << 16);
  }
}
