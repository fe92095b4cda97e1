package io.tokensweep.analysis.compare;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's test in its exact form: among the images on which two sides disagree, each side is
 * right as often as the other if nothing changed, so the number of gains is binomial with one half.
 *
 * @param lost images that only the base has right
 * @param gained images that only the head has right
 */
public record McNemar(int lost, int gained) {
  public McNemar {
    if (lost < 0 || gained < 0) {
      throw new IllegalArgumentException("lost %d, gained %d".formatted(lost, gained));
    }
  }

  /** Counts what changed; any value but 0 is right. */
  static McNemar of(double[] base, double[] head) {
    int lost = 0;
    int gained = 0;
    for (int i = 0; i < base.length; i++) {
      boolean was = base[i] != 0;
      boolean is = head[i] != 0;
      lost += was && !is ? 1 : 0;
      gained += is && !was ? 1 : 0;
    }
    return new McNemar(lost, gained);
  }

  /** Two-sided: twice the smaller tail of a symmetric distribution. */
  public double p() {
    BinomialDistribution gains = new BinomialDistribution(null, lost + gained, 0.5);
    return Math.min(1, 2 * gains.cumulativeProbability(Math.min(lost, gained)));
  }
}
