package io.tokensweep.reduction;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Tokens sorted into clusters. */
final class Clusters {
  private Clusters() {}

  /**
   * @param cluster of each token
   * @return for each cluster its tokens, in their order
   */
  static List<int[]> members(int[] tokens, int[] cluster, int clusters) {
    List<IntStream.Builder> builders = new ArrayList<>();
    for (int c = 0; c < clusters; c++) {
      builders.add(IntStream.builder());
    }
    for (int i = 0; i < tokens.length; i++) {
      builders.get(cluster[i]).add(tokens[i]);
    }
    return builders.stream().map(builder -> builder.build().toArray()).toList();
  }

  /**
   * For each token the cluster in which it weighs most, the first of equal ones.
   *
   * @param weights (clusters, tokens), from the value {@code first} on
   */
  static int[] largest(float[] weights, int first, int clusters, int tokens) {
    int[] largest = new int[tokens];
    for (int token = 0; token < tokens; token++) {
      for (int c = 1; c < clusters; c++) {
        if (weights[first + c * tokens + token]
            > weights[first + largest[token] * tokens + token]) {
          largest[token] = c;
        }
      }
    }
    return largest;
  }
}
