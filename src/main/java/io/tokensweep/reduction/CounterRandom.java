package io.tokensweep.reduction;

/**
 * Counter-based random bits: a pure function of its inputs, so no draw depends on another. Keyed by
 * {@link Site#imageKeys}, a draw is the same in every batch, partition and run.
 */
public final class CounterRandom {
  private CounterRandom() {}

  /** 64 well-mixed bits of (key, counter): the finaliser of SplitMix64 over both. */
  public static long mix(long key, long counter) {
    long z = key + 0x9E3779B97F4A7C15L * (counter + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
