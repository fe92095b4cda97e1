package io.tokensweep.analysis;

import java.util.Arrays;
import java.util.stream.IntStream;

/** How often each of some points dominates each other one in replicates. */
final class Domination {
  private final int[][] values;
  private final double[][] costs;
  private final int[] leastValue;
  private final int[] mostValue;
  private final double[] leastCost;
  private final double[] mostCost;

  /**
   * @param values for each point its value in each replicate
   * @param costs as {@code values}; a single one if it is the same in all
   */
  Domination(int[][] values, double[][] costs) {
    this.values = values;
    this.costs = costs;
    leastValue = Arrays.stream(values).mapToInt(v -> Arrays.stream(v).min().orElse(0)).toArray();
    mostValue = Arrays.stream(values).mapToInt(v -> Arrays.stream(v).max().orElse(0)).toArray();
    leastCost = Arrays.stream(costs).mapToDouble(c -> Arrays.stream(c).min().orElse(0)).toArray();
    mostCost = Arrays.stream(costs).mapToDouble(c -> Arrays.stream(c).max().orElse(0)).toArray();
  }

  /** For a point, in how many replicates each point dominates it. */
  int[] over(int point) {
    return IntStream.range(0, values.length)
        .map(other -> other == point ? 0 : count(other, point))
        .toArray();
  }

  private int count(int better, int worse) {
    int replicates = values[worse].length;
    if (leastCost[better] > mostCost[worse] || mostValue[better] < leastValue[worse]) {
      return 0;
    }
    if (mostCost[better] < leastCost[worse]) {
      return leastValue[better] >= mostValue[worse]
          ? replicates
          : atLeast(values[better], values[worse]);
    }
    int count = 0;
    for (int b = 0; b < replicates; b++) {
      double cost = cost(better, b) - cost(worse, b);
      int value = values[better][b] - values[worse][b];
      count += cost <= 0 && value >= 0 && (cost < 0 || value > 0) ? 1 : 0;
    }
    return count;
  }

  private double cost(int point, int replicate) {
    return costs[point][costs[point].length == 1 ? 0 : replicate];
  }

  /** In how many places the first is at least the second; no branch, so that it is vectorised. */
  private static int atLeast(int[] first, int[] second) {
    int count = 0;
    for (int i = 0; i < first.length; i++) {
      count += (second[i] - first[i] - 1) >>> 31;
    }
    return count;
  }
}
