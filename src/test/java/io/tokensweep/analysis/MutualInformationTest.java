package io.tokensweep.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MutualInformationTest {
  private static double adjusted(int[] u, int[] v) {
    double value = new MutualInformation(u.length).adjusted(u, v);
    assertEquals(value, new MutualInformation(u.length).adjusted(v, u), 1e-12, "not symmetric");
    return value;
  }

  /** The examples of scikit-learn's adjusted_mutual_info_score. */
  @Test
  void documentedExamples() {
    assertEquals(1, adjusted(new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 1}));
    assertEquals(1, adjusted(new int[] {0, 0, 1, 1}, new int[] {1, 1, 0, 0}));
    assertEquals(0, adjusted(new int[] {0, 0, 0, 0}, new int[] {0, 1, 2, 3}), 1e-12);
  }

  /** Values of its test suite. */
  @Test
  void publishedValues() {
    int[] u = {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3};
    int[] v = {1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2};
    assertEquals(0.27821, adjusted(u, v), 1e-5);
  }

  @Test
  void namesOfClustersDoNotMatter() {
    assertEquals(1, adjusted(new int[] {-1, 5, 5, 2}, new int[] {7, 0, 0, 3}));
    assertEquals(1, adjusted(new int[] {4, 4, 4}, new int[] {-1, -1, -1}));
    assertEquals(1, adjusted(new int[] {0, 1, 2}, new int[] {2, 1, 0}));
  }

  @Test
  void otherLengthsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new MutualInformation(3).adjusted(new int[3], new int[4]));
  }

  /** Against the definition: the mean over all orders of one of the partitions. */
  @Test
  void expectationIsTheMeanOverAllPermutations() {
    for (int[][] pair :
        new int[][][] {
          {{0, 0, 1, 1, 2}, {0, 1, 1, 1, 0}},
          {{0, 0, 0, 1, 2, 2}, {0, 1, 2, 3, 3, 3}},
          {{0, 1, 2, 3, 4, 4}, {0, 0, 1, 1, 2, 2}},
          {{0, 0, 0, 0, 0, 1, 2}, {0, 0, 1, 1, 1, 1, 2}},
          {{0, 1, 2, 3, 4}, {0, 0, 0, 1, 1}}
        }) {
      List<int[]> orders = new ArrayList<>();
      permute(pair[1].clone(), 0, orders);
      double expected =
          orders.stream().mapToDouble(order -> information(pair[0], order)).average().orElseThrow();
      double mean = (information(pair[0], pair[0]) + information(pair[1], pair[1])) / 2;
      double ami = (information(pair[0], pair[1]) - expected) / (mean - expected);
      assertEquals(ami, adjusted(pair[0], pair[1]), 1e-10);
      assertTrue(ami < 1);
    }
  }

  private static void permute(int[] values, int from, List<int[]> orders) {
    if (from == values.length) {
      orders.add(values.clone());
      return;
    }
    for (int i = from; i < values.length; i++) {
      swap(values, from, i);
      permute(values, from + 1, orders);
      swap(values, from, i);
    }
  }

  private static void swap(int[] values, int i, int j) {
    int kept = values[i];
    values[i] = values[j];
    values[j] = kept;
  }

  /** Mutual information as H(U) + H(V) - H(U, V); of a partition with itself its entropy. */
  private static double information(int[] u, int[] v) {
    Map<String, Integer> ofU = new TreeMap<>();
    Map<String, Integer> ofV = new TreeMap<>();
    Map<String, Integer> joint = new TreeMap<>();
    for (int i = 0; i < u.length; i++) {
      ofU.merge("" + u[i], 1, Integer::sum);
      ofV.merge("" + v[i], 1, Integer::sum);
      joint.merge(u[i] + " " + v[i], 1, Integer::sum);
    }
    return entropy(ofU, u.length) + entropy(ofV, u.length) - entropy(joint, u.length);
  }

  private static double entropy(Map<String, Integer> sizes, int count) {
    return sizes.values().stream()
        .mapToDouble(size -> -(double) size / count * Math.log((double) size / count))
        .sum();
  }
}
