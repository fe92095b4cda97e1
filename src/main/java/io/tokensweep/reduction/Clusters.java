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
}
