package io.tokensweep.analysis.compare;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

/**
 * The test of Mann and Whitney on two independent samples, as a permutation test of the rank sum of
 * the second. Up to {@value #EXACT} values in all the distribution is exact, with ties too: every
 * choice of ranks is counted. Beyond, it is the normal one with the variance that ties leave.
 *
 * @param less chance of a second sample with ranks as low as these or lower, if there is no
 *     difference
 * @param greater likewise as high or higher
 */
record RankSum(double less, double greater) {
  private static final int EXACT = 60;

  /**
   * @throws IllegalArgumentException if a sample is empty
   */
  static RankSum of(double[] first, double[] second) {
    if (first.length == 0 || second.length == 0) {
      throw new IllegalArgumentException("a sample is empty");
    }
    double[] all = DoubleStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    double[] ranks = new NaturalRanking(TiesStrategy.AVERAGE).rank(all);
    return all.length <= EXACT ? exact(ranks, first.length) : normal(ranks, first.length);
  }

  double twoSided() {
    return Math.min(1, 2 * Math.min(less, greater));
  }

  /** The smallest two-sided p that samples of these sizes can have without ties. */
  static double smallest(int first, int second) {
    double choices = 1;
    for (int i = 1; i <= second; i++) {
      choices *= (double) (first + i) / i;
    }
    return Math.min(1, 2 / choices);
  }

  /**
   * How many of the differences between values of two samples, sorted, lie outside the interval of
   * shifts on each side; 0 if these sizes cannot bound it.
   *
   * @param tail chance on each side, such as 0.025
   */
  static int outside(int first, int second, double tail) {
    int n = first + second;
    if (n > EXACT) {
      double deviation = Math.sqrt(first * second * (n + 1.0) / 12);
      double z = new NormalDistribution(null, 0, 1).inverseCumulativeProbability(tail);
      return Math.max(0, (int) Math.floor(first * second / 2.0 + z * deviation));
    }
    double[] sums = sums(IntStream.rangeClosed(1, n).map(rank -> 2 * rank).toArray(), second);
    double total = Arrays.stream(sums).sum();
    double below = 0;
    for (int u = 0; u <= first * second; u++) {
      below += sums[second * (second + 1) + 2 * u] / total;
      if (below > tail) {
        return u;
      }
    }
    throw new IllegalArgumentException("tail is " + tail);
  }

  /** Mean ranks are halves, so twice their sum is whole. */
  private static RankSum exact(double[] ranks, int first) {
    int[] doubled = Arrays.stream(ranks).mapToInt(rank -> (int) Math.round(2 * rank)).toArray();
    double[] sums = sums(doubled, ranks.length - first);
    int observed = Arrays.stream(doubled, first, doubled.length).sum();
    double total = Arrays.stream(sums).sum();
    return new RankSum(
        Arrays.stream(sums, 0, observed + 1).sum() / total,
        Arrays.stream(sums, observed, sums.length).sum() / total);
  }

  /** In how many ways some of these ranks have each sum. */
  private static double[] sums(int[] ranks, int chosen) {
    int most = Arrays.stream(ranks).sum();
    double[][] ways = new double[chosen + 1][most + 1];
    ways[0][0] = 1;
    for (int rank : ranks) {
      for (int k = chosen; k > 0; k--) {
        for (int sum = most; sum >= rank; sum--) {
          ways[k][sum] += ways[k - 1][sum - rank];
        }
      }
    }
    return ways[chosen];
  }

  private static RankSum normal(double[] ranks, int first) {
    int n = ranks.length;
    int second = n - first;
    double mean = (n + 1) / 2.0;
    double sum = Arrays.stream(ranks, first, n).sum() - second * mean;
    double squares = Arrays.stream(ranks).map(rank -> (rank - mean) * (rank - mean)).sum();
    double deviation = Math.sqrt((double) first * second / n * squares / (n - 1));
    if (deviation == 0) {
      return new RankSum(1, 1);
    }
    NormalDistribution normal = new NormalDistribution(null, 0, 1);
    double half = 0.5; // continuity correction
    return new RankSum(
        normal.cumulativeProbability((sum + half) / deviation),
        normal.cumulativeProbability((half - sum) / deviation));
  }
}
