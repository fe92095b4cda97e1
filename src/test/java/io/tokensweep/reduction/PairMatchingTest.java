package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.RandomNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PairMatchingTest {
  private static final int WIDTH = 3;

  private record Pair(int i, int j, double cosine) {}

  private static int[] match(PairMatching matching, float[] x, int pairs) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.create(x, new Shape(1, x.length / WIDTH, WIDTH));
      int[] all = IntStream.range(0, x.length / WIDTH).toArray();
      return matching.match(Gram.of(features, List.of(all)).get(0), pairs);
    }
  }

  private static float[] random(int count, long seed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return RandomNetworks.gaussian(new Shape(count, WIDTH), seed, manager).toFloatArray();
    }
  }

  private static double product(float[] x, int i, int j) {
    return IntStream.range(0, WIDTH)
        .mapToDouble(d -> (double) x[i * WIDTH + d] * x[j * WIDTH + d])
        .sum();
  }

  /** All pairs, the most similar first. */
  private static List<Pair> ranked(float[] x) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < x.length / WIDTH; i++) {
      for (int j = i + 1; j < x.length / WIDTH; j++) {
        double norms = Math.sqrt(product(x, i, i) * product(x, j, j));
        pairs.add(new Pair(i, j, product(x, i, j) / norms));
      }
    }
    pairs.sort(Comparator.comparingDouble(pair -> -pair.cosine));
    return pairs;
  }

  private static int[] joined(int count, List<Pair> pairs) {
    int[] group = PairMatching.alone(count);
    pairs.forEach(pair -> PairMatching.join(group, pair.i, pair.j));
    return group;
  }

  private static long groups(int[] group) {
    return Arrays.stream(group).distinct().count();
  }

  @Property(tries = 200)
  void disjointPairsAreTheGreedyOnes(
      @ForAll @IntRange(min = 2, max = 30) int count, @ForAll long seed) {
    float[] x = random(count, seed);
    int pairs = 1 + Math.floorMod(seed, count / 2);
    Set<Integer> used = new HashSet<>();
    List<Pair> expected = new ArrayList<>();
    for (Pair pair : ranked(x)) {
      if (expected.size() < pairs && !used.contains(pair.i) && !used.contains(pair.j)) {
        expected.add(pair);
        used.addAll(List.of(pair.i, pair.j));
      }
    }
    int[] found = match(PairMatching.DISJOINT, x, pairs);
    assertArrayEquals(joined(count, expected), found);
    assertEquals(count - pairs, groups(found));
  }

  @Property(tries = 200)
  void mergedPairsAreTheBestOnes(
      @ForAll @IntRange(min = 2, max = 30) int count, @ForAll long seed) {
    float[] x = random(count, seed);
    int pairs = 1 + Math.floorMod(seed, count / 2);
    int[] found = match(PairMatching.MERGE, x, pairs);
    assertArrayEquals(joined(count, ranked(x).subList(0, pairs)), found);
    assertTrue(count - groups(found) >= PairMatching.MERGE.fewestRemoved(pairs));
    assertTrue(count - groups(found) <= pairs);
  }

  @Property(tries = 200)
  void bipartiteMatchingIsThatOfTome(
      @ForAll @IntRange(min = 2, max = 30) int count, @ForAll long seed) {
    float[] x = random(count, seed);
    int pairs = 1 + Math.floorMod(seed, count / 2);
    Set<Integer> merged = new HashSet<>();
    List<Pair> expected = new ArrayList<>();
    for (Pair pair : ranked(x)) {
      boolean crosses = pair.i % 2 != pair.j % 2;
      int even = pair.i % 2 == 0 ? pair.i : pair.j;
      if (crosses && expected.size() < pairs && merged.add(even)) {
        expected.add(pair);
      }
    }
    int[] found = match(PairMatching.BIPARTITE, x, pairs);
    assertArrayEquals(joined(count, expected), found);
    assertEquals(count - pairs, groups(found));
  }

  @Test
  void equalPairsGoToTheLowerTokens() {
    float[] x = new float[6 * WIDTH];
    Arrays.fill(x, 1);
    assertArrayEquals(new int[] {0, 0, 2, 2, 4, 5}, match(PairMatching.DISJOINT, x, 2));
    assertArrayEquals(new int[] {0, 0, 0, 3, 4, 5}, match(PairMatching.MERGE, x, 2));
    assertArrayEquals(new int[] {0, 0, 0, 3, 4, 5}, match(PairMatching.BIPARTITE, x, 2));
  }

  @Test
  void zeroTokensAreSimilarToNone() {
    float[] x = {0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0.1f, 0};
    assertArrayEquals(new int[] {0, 1, 2, 2}, match(PairMatching.DISJOINT, x, 1));
  }
}
