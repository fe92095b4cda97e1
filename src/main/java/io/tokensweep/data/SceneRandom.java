package io.tokensweep.data;

/**
 * SplitMix64 (Steele, Lea and Flood 2014). Written out here because the pictures have to stay the
 * same on every Java version, which {@link java.util.SplittableRandom} does not promise.
 */
final class SceneRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  SceneRandom(long seed, long stream) {
    state = mix(mix(seed + GOLDEN_GAMMA) ^ (stream * GOLDEN_GAMMA + 1));
  }

  /** Spreads every bit of {@code value} over all 64 bits. */
  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A number in {@code [0, 1)} that belongs to a point of an integer lattice. */
  static double lattice(long seed, long x, long y) {
    return toUnit(mix(seed + x * GOLDEN_GAMMA + y * 0xC2B2AE3D27D4EB4FL));
  }

  long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform in {@code [0, 1)}. */
  double unit() {
    return toUnit(next());
  }

  /** Uniform in {@code [low, high)}. */
  double between(double low, double high) {
    return low + (high - low) * unit();
  }

  /** Uniform in {@code [0, bound)}. */
  int below(int bound) {
    return (int) (unit() * bound);
  }

  /** Uniform in {@code [low, high]}. */
  int count(int low, int high) {
    return low + below(high - low + 1);
  }

  boolean chance(double probability) {
    return unit() < probability;
  }

  private static double toUnit(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }
}
