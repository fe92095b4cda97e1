package io.tokensweep.train;

import java.util.Random;

/** Independent random numbers for every purpose and index of one seed. */
final class Randomness {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private Randomness() {}

  /** {@link Random}, whose numbers are the same on every Java, from well-mixed seed bits. */
  static Random of(long seed, String purpose, long index) {
    return new Random(mix(mix(seed ^ ((long) purpose.hashCode() << 32)) + index * GOLDEN_GAMMA));
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long z = value + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
