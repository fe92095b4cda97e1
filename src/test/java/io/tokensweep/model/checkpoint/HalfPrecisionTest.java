package io.tokensweep.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfPrecisionTest {

  /** The definition of binary16, in double arithmetic. */
  private static double value(int bits) {
    int exponent = (bits >> 10) & 31;
    double fraction = (bits & 1023) / 1024.0;
    double sign = bits >= 0x8000 ? -1 : 1;
    if (exponent == 31) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return sign
        * (exponent == 0
            ? fraction * Math.pow(2, -14)
            : (1 + fraction) * Math.pow(2, exponent - 15));
  }

  @Test
  void everyHalfHasItsValueAndSurvivesARoundTrip() {
    for (int bits = 0; bits < 65536; bits++) {
      float value = HalfPrecision.fromHalf((short) bits);
      assertEquals(value(bits), (double) value, "bits " + bits);
      if (!Float.isNaN(value)) {
        assertEquals((short) bits, HalfPrecision.toHalf(value), "bits " + bits);
      } else {
        assertTrue(Float.isNaN(HalfPrecision.fromHalf(HalfPrecision.toHalf(value))));
      }
    }
  }

  @Test
  void roundingIsToTheNearestAndTiesToEven() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      double low = value(bits);
      double high = value(bits + 1);
      float middle = (float) ((low + high) / 2);
      assertEquals((low + high) / 2, (double) middle);
      int even = bits % 2 == 0 ? bits : bits + 1;
      assertEquals((short) even, HalfPrecision.toHalf(middle));
      assertEquals((short) bits, HalfPrecision.toHalf(Math.nextDown(middle)));
      assertEquals((short) (bits + 1), HalfPrecision.toHalf(Math.nextUp(middle)));
      assertEquals((short) (even | 0x8000), HalfPrecision.toHalf(-middle));
    }
    assertEquals((short) 0x7bff, HalfPrecision.toHalf(Math.nextDown(HalfPrecision.OVERFLOW)));
    assertEquals((short) 0x7c00, HalfPrecision.toHalf(HalfPrecision.OVERFLOW));
    assertEquals((short) 0, HalfPrecision.toHalf(Float.MIN_VALUE));
  }

  @Test
  void everyBrainFloatIsTheUpperHalfOfAFloat() {
    for (int bits = 0; bits < 65536; bits++) {
      assertEquals(bits, Float.floatToRawIntBits(HalfPrecision.fromBrain((short) bits)) >>> 16);
    }
    assertEquals(1.5f, HalfPrecision.fromBrain((short) 0x3fc0));
  }

  @Test
  void anyFloatIsWithinHalfAStepOfItsHalf() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      float value = (float) random.nextGaussian() * (float) Math.pow(2, random.nextInt(30) - 18);
      float back = HalfPrecision.fromHalf(HalfPrecision.toHalf(value));
      double step = Math.max(Math.ulp(value) * 8192.0, Math.pow(2, -24));
      assertTrue(Math.abs(back - value) <= step / 2, () -> value + " became " + back);
    }
  }
}
