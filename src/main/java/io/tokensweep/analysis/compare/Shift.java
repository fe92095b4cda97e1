package io.tokensweep.analysis.compare;

import java.util.Arrays;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * By how much the values of one sample lie above those of another (Hodges and Lehmann 1963).
 *
 * @param value median of all differences, second less first
 * @param low lower bound of the shifts that the rank-sum test does not reject; infinite where the
 *     samples are too small to bound it
 * @param high upper bound
 */
record Shift(double value, double low, double high) {
  /**
   * @param tail chance on each side of the interval, such as 0.025
   * @throws IllegalArgumentException if a sample is empty
   */
  static Shift of(double[] first, double[] second, double tail) {
    double[] differences = new double[first.length * second.length];
    int next = 0;
    for (double a : first) {
      for (double b : second) {
        differences[next++] = b - a;
      }
    }
    if (next == 0) {
      throw new IllegalArgumentException("a sample is empty");
    }
    Arrays.sort(differences);
    int outside = RankSum.outside(first.length, second.length, tail);
    return new Shift(
        new Percentile().evaluate(differences, 50),
        outside == 0 ? Double.NEGATIVE_INFINITY : differences[outside - 1],
        outside == 0 ? Double.POSITIVE_INFINITY : differences[next - outside]);
  }
}
