package io.tokensweep.spark.device;

import io.tokensweep.sweep.Precision;

/**
 * How many multiply-accumulates (MACs) a second this device reaches at most.
 *
 * <p>It is the rate of the fastest of several plain matrix products, each large enough to keep all
 * units busy and small enough to stay close to them, with the engine and the threads that run
 * networks. All that {@code macs} counts in a forward pass are such products, of shapes that are
 * given and often worse, and the pass spends time on norms, softmax, GELU, copies and the choice of
 * tokens besides. So a forward pass that seems faster than the fastest product was not done, or not
 * timed, or its MACs are counted wrong. It is nearly an upper bound, not quite: an engine may
 * compute a convolution with fewer multiplications than it counts for (only LV-ViT's stem has
 * convolutions for which that is possible), and the limit is measured, so what disturbs the machine
 * meanwhile lowers it. {@link ArithmeticLimits} measures again before it rejects anything.
 *
 * @param threads engine threads it was measured with
 */
public record ArithmeticLimit(Precision precision, int threads, double macsPerSecond) {
  /** Share of the limit above which a result deserves a look. */
  private static final double SUSPICIOUS_ABOVE = 0.75;

  public ArithmeticLimit {
    if (!(macsPerSecond > 0) || Double.isInfinite(macsPerSecond)) {
      throw new IllegalArgumentException(
          "MACs per second: found %s, allowed are positive numbers".formatted(macsPerSecond));
    }
  }

  /** What the limit says of a rate. */
  public enum Verdict {
    /** Up to 75 % of the limit. */
    PLAUSIBLE,
    /** Above 75 %: possible, but few forward passes get there. */
    SUSPICIOUS,
    /** Above the limit. */
    IMPOSSIBLE
  }

  /**
   * @param rate MACs per second that a timing claims
   */
  public Verdict verdict(double rate) {
    if (!(rate >= 0)) {
      throw new IllegalArgumentException(
          "MACs per second: found %s, allowed are numbers from 0".formatted(rate));
    }
    if (rate > macsPerSecond) {
      return Verdict.IMPOSSIBLE;
    }
    return rate > SUSPICIOUS_ABOVE * macsPerSecond ? Verdict.SUSPICIOUS : Verdict.PLAUSIBLE;
  }

  /** The share of the limit that a rate is; above 1 if it is impossible. */
  public double share(double rate) {
    return rate / macsPerSecond;
  }

  /** The higher one: what was reached once can be reached. */
  ArithmeticLimit or(ArithmeticLimit other) {
    return other.macsPerSecond > macsPerSecond ? other : this;
  }
}
