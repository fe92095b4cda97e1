package io.tokensweep.analysis;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adjusted mutual information of two partitions of n elements (Vinh, Epps and Bailey 2010) with the
 * arithmetic mean of the entropies:
 *
 * <pre>
 *   AMI = (MI − E[MI]) / ((H(U) + H(V)) / 2 − E[MI])
 * </pre>
 *
 * E[MI] is exact, over all partitions with clusters of the same sizes. 1 for equal partitions, 0 on
 * average for random ones, possibly below.
 */
public final class MutualInformation {
  private final int count;
  private final LogFactorials factorials;

  /**
   * @param count n, the elements of every partition
   */
  public MutualInformation(int count) {
    this.count = count;
    this.factorials = new LogFactorials(count);
  }

  /**
   * @param first a label for each element; equal labels are one cluster
   * @param second likewise
   */
  public double adjusted(int[] first, int[] second) {
    int[] u = numbered(first);
    int[] v = numbered(second);
    int[] sizesU = sizes(u);
    int[] sizesV = sizes(v);
    int[] joint = joint(u, v, sizesV.length);
    if (sizesU.length == sizesV.length && filled(joint) == sizesU.length) {
      return 1; // every cluster meets one other
    }
    double expected = expected(sizesU, sizesV);
    double mean = (entropy(sizesU) + entropy(sizesV)) / 2;
    return (information(joint, sizesU, sizesV) - expected) / (mean - expected);
  }

  /** The same partition with clusters numbered in order of appearance. */
  private int[] numbered(int[] labels) {
    if (labels.length != count) {
      throw new IllegalArgumentException(
          "found %d elements, allowed are %d".formatted(labels.length, count));
    }
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] numbered = new int[count];
    for (int i = 0; i < count; i++) {
      int next = numbers.size();
      numbered[i] = numbers.computeIfAbsent(labels[i], any -> next);
    }
    return numbered;
  }

  private static int[] sizes(int[] clusters) {
    int number = 0;
    for (int cluster : clusters) {
      number = Math.max(number, cluster + 1);
    }
    int[] sizes = new int[number];
    for (int cluster : clusters) {
      sizes[cluster]++;
    }
    return sizes;
  }

  /** Elements in each pair of clusters, (clusters of u, clusters of v) row-major. */
  private static int[] joint(int[] u, int[] v, int columns) {
    int[] joint = new int[Math.multiplyExact(sizes(u).length, columns)];
    for (int i = 0; i < u.length; i++) {
      joint[u[i] * columns + v[i]]++;
    }
    return joint;
  }

  private static int filled(int[] joint) {
    int filled = 0;
    for (int common : joint) {
      filled += common > 0 ? 1 : 0;
    }
    return filled;
  }

  private double entropy(int[] sizes) {
    double sum = 0;
    for (int size : sizes) {
      double share = (double) size / count;
      sum -= share * Math.log(share);
    }
    return sum;
  }

  private double information(int[] joint, int[] sizesU, int[] sizesV) {
    double sum = 0;
    for (int i = 0; i < sizesU.length; i++) {
      for (int j = 0; j < sizesV.length; j++) {
        sum += term(joint[i * sizesV.length + j], sizesU[i], sizesV[j]);
      }
    }
    return sum;
  }

  /** What a pair of clusters adds to the information. */
  private double term(int common, int first, int second) {
    return common == 0
        ? 0
        : (double) common / count * Math.log((double) count * common / ((double) first * second));
  }

  /** Pairs of clusters of equal sizes have equal expectations, and most clusters are small. */
  private double expected(int[] sizesU, int[] sizesV) {
    Map<Integer, Integer> timesU = times(sizesU);
    Map<Integer, Integer> timesV = times(sizesV);
    double sum = 0;
    for (Map.Entry<Integer, Integer> u : timesU.entrySet()) {
      for (Map.Entry<Integer, Integer> v : timesV.entrySet()) {
        sum += (double) u.getValue() * v.getValue() * expected(u.getKey(), v.getKey());
      }
    }
    return sum;
  }

  private double expected(int first, int second) {
    double sum = 0;
    for (int common = Math.max(1, first + second - count);
        common <= Math.min(first, second);
        common++) {
      sum += term(common, first, second) * factorials.overlap(count, first, second, common);
    }
    return sum;
  }

  private static Map<Integer, Integer> times(int[] sizes) {
    Map<Integer, Integer> times = new TreeMap<>();
    for (int size : sizes) {
      times.merge(size, 1, Integer::sum);
    }
    return times;
  }
}
