package io.tokensweep.bench;

import java.util.Arrays;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A median and its interval between two order statistics, which assumes nothing about the shape of
 * the distribution: the number of values below the true median is binomial with one half.
 *
 * @param low end of the interval
 * @param high end of the interval
 */
record Estimate(double median, double low, double high) {
  static final double CONFIDENCE = 0.95;

  /** With fewer values not even the least and the greatest hold the median that surely. */
  static final int LEAST_VALUES = 6;

  static Estimate of(double... values) {
    if (values.length < LEAST_VALUES) {
      throw new IllegalArgumentException(
          "%d values, allowed: %d and more".formatted(values.length, LEAST_VALUES));
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int outside = outside(sorted.length);
    return new Estimate(
        StatUtils.percentile(sorted, 50), sorted[outside], sorted[sorted.length - 1 - outside]);
  }

  /** How many values at each end may be left out. */
  private static int outside(int count) {
    BinomialDistribution below = new BinomialDistribution(null, count, 0.5);
    int outside = 0;
    while (2 * below.cumulativeProbability(outside) <= 1 - CONFIDENCE) {
      outside++;
    }
    return outside - 1;
  }
}
