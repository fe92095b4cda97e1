package io.tokensweep.analysis.history;

import java.util.Arrays;

/**
 * Some of the values of a sequence, by rank: how many and how much lies at or below a rank, in log
 * n steps (Fenwick 1994).
 */
final class RankTree {
  private final double[] distinct;
  private final int[] ranks;
  private final int[] counts;
  private final double[] sums;
  private int count;
  private double sum;

  /** Holds none of the values yet. */
  RankTree(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double centre = sorted[sorted.length / 2]; // smaller numbers, smaller rounding
    distinct = Arrays.stream(sorted).map(value -> value - centre).distinct().toArray();
    ranks = new int[values.length];
    Arrays.setAll(ranks, i -> Arrays.binarySearch(distinct, values[i] - centre));
    counts = new int[distinct.length + 1];
    sums = new double[distinct.length + 1];
  }

  void clear() {
    Arrays.fill(counts, 0);
    Arrays.fill(sums, 0);
    count = 0;
    sum = 0;
  }

  /** Takes in the value of a place of the sequence. */
  void add(int place) {
    int rank = ranks[place];
    double value = distinct[rank];
    count++;
    sum += value;
    for (int i = rank + 1; i < counts.length; i += i & -i) {
      counts[i]++;
      sums[i] += value;
    }
  }

  /** The sum of the distances from the value of a place to all that were taken in. */
  double distances(int place) {
    int rank = ranks[place];
    int below = 0;
    double sumBelow = 0;
    for (int i = rank + 1; i > 0; i -= i & -i) {
      below += counts[i];
      sumBelow += sums[i];
    }
    double value = distinct[rank];
    return value * below - sumBelow + (sum - sumBelow) - value * (count - below);
  }
}
