package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Need;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KMedoidsTest {
  private static final Architecture SMALL = RandomNetworks.small(true);
  private static final int WIDTH = 4;

  private static SortedMap<Integer, Reduction> sites(
      List<Integer> blocks, Map<String, Object> given) {
    return MethodCalls.sites("kmedoids", SMALL, 0.5, blocks, given);
  }

  private static double distance(float[] x, int i, int j) {
    double sum = 0;
    for (int d = 0; d < WIDTH; d++) {
      sum += Math.pow((double) x[i * WIDTH + d] - x[j * WIDTH + d], 2);
    }
    return Math.sqrt(sum);
  }

  private static int nearest(float[] x, int i, int[] medoids) {
    return IntStream.range(0, medoids.length)
        .boxed()
        .min(Comparator.comparingDouble(c -> distance(x, i, medoids[c])))
        .orElseThrow();
  }

  /** The definition, cluster by cluster. */
  private static int[] medoids(float[] x, double[] w, int[] first, int iterations, String cost) {
    int[] medoids = first.clone();
    int[] all = IntStream.range(0, w.length).toArray();
    for (int iteration = 0; iteration < iterations; iteration++) {
      int[] before = medoids.clone();
      for (int c = 0; c < medoids.length; c++) {
        int own = c;
        int[] members = Arrays.stream(all).filter(i -> nearest(x, i, before) == own).toArray();
        boolean natural = cost.equals("natural");
        medoids[c] =
            Arrays.stream(members)
                .boxed()
                .min(
                    Comparator.comparingDouble(
                        i ->
                            natural
                                ? Arrays.stream(members)
                                    .mapToDouble(j -> w[j] * distance(x, i, j))
                                    .sum()
                                : w[i]
                                    * Arrays.stream(all).mapToDouble(j -> distance(x, i, j)).sum()))
                .orElse(natural ? before[c] : 0);
      }
    }
    return medoids;
  }

  @Property(tries = 60)
  void takesTheMedoidsOfTheDefinition(
      @ForAll @IntRange(min = 0, max = 4) int iterations,
      @ForAll boolean natural,
      @ForAll long seed) {
    String cost = natural ? "natural" : "as_coded";
    SortedMap<Integer, Reduction> sites =
        sites(List.of(2), Map.of("iterations", iterations, "cost", cost));
    Reduction.AfterAttention weigh = (Reduction.AfterAttention) sites.get(1);
    Reduction.BeforeBlock take = (Reduction.BeforeBlock) sites.get(2);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = RandomNetworks.gaussian(new Shape(2, 18, WIDTH), seed, manager);
      NDArray sums = RandomNetworks.gaussian(new Shape(2, 18), seed + 1, manager).exp();
      Tokens tokens = Tokens.embedded(x, 2).recordingSources();
      Site site = new Site(1, new long[2], Map.of());
      Tokens weighed =
          weigh.reduce(tokens, RandomNetworks.view(Map.of(Need.COLUMN_SUMS, sums)), site);
      assertArrayEquals(x.toFloatArray(), weighed.x().toFloatArray());
      Tokens taken = take.reduce(weighed, new Site(2, new long[2], Map.of()));
      assertEquals(Map.of(), taken.carried());
      for (int image = 0; image < 2; image++) {
        float[] own = x.get(image + ", 2:, :").toFloatArray();
        float[] received = sums.get(image + ", 2:").toFloatArray();
        double[] weights = new double[16];
        Arrays.setAll(weights, i -> received[i]);
        int[] heaviest =
            IntStream.range(0, 16)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -weights[i]))
                .limit(8)
                .mapToInt(i -> i)
                .toArray();
        int[] medoids = medoids(own, weights, heaviest, iterations, cost);
        float[] features = taken.x().get(image + ", 2:, :").toFloatArray();
        for (int c = 0; c < 8; c++) {
          assertArrayEquals(
              Arrays.copyOfRange(own, medoids[c] * WIDTH, (medoids[c] + 1) * WIDTH),
              Arrays.copyOfRange(features, c * WIDTH, (c + 1) * WIDTH));
        }
        assertArrayEquals(
            IntStream.range(0, 16).map(i -> nearest(own, i, medoids)).toArray(),
            taken.sources().orElseThrow().get(String.valueOf(image)).toIntArray());
      }
    }
  }

  @Test
  void farthestIsFromAnyMedoidSoFar() {
    double[][] distances = new double[5][5];
    double[] places = {0, 1, 4, 9, 10};
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        distances[i][j] = Math.abs(places[i] - places[j]);
      }
    }
    assertArrayEquals(new int[] {1, 4, 0, 3, 2}, Medoids.farthest(distances, 1, 5));
  }

  @Test
  void emptyClustersFollowTheCost() {
    double[][] distances = {{0, 5, 5, 0}, {5, 0, 0, 5}, {5, 0, 0, 5}, {0, 5, 5, 0}};
    float[] weights = {1, 1, 1, 1};
    int[] first = {1, 2};
    assertArrayEquals(
        new int[] {0, 0},
        Medoids.of(distances, weights, first, 1, Medoids.Cost.AS_CODED).medoids());
    assertArrayEquals(
        new int[] {0, 2}, Medoids.of(distances, weights, first, 1, Medoids.Cost.NATURAL).medoids());
  }

  @Test
  void neighbouringSitesShareABlock() {
    SortedMap<Integer, Reduction> sites = sites(List.of(1, 2, 4), Map.of());
    assertEquals(List.of(0, 1, 2, 3, 4), List.copyOf(sites.keySet()));
    assertTrue(Reduction.at(sites, 1, Reduction.BeforeBlock.class).isPresent());
    assertTrue(Reduction.at(sites, 1, Reduction.AfterAttention.class).isPresent());
    assertTrue(Reduction.at(sites, 2, Reduction.AfterAttention.class).isEmpty());
    assertEquals(TokenCount.exactly(8), sites.get(1).after(TokenCount.exactly(16)));
    assertEquals(16L * 16 * SMALL.width(), sites.get(1).overhead(SMALL, 16));
  }

  @Test
  void theFirstBlockHasNoAttentionBeforeIt() {
    List<Integer> blocks = List.of(0, 3);
    assertThrows(IllegalArgumentException.class, () -> sites(blocks, Map.of()));
    assertEquals(blocks, List.copyOf(sites(blocks, Map.of("equal_weight", true)).keySet()));
  }

  @Test
  void theFirstMedoidDependsOnSeedImageAndBlockAlone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens one = Tokens.embedded(RandomNetworks.gaussian(new Shape(1, 18, WIDTH), 1, manager), 2);
      Tokens two = one.withX(one.x().concat(one.x(), 0));
      Reduction.BeforeBlock take =
          (Reduction.BeforeBlock)
              sites(List.of(2), Map.of("equal_weight", true, "seed", 7, "iterations", 0)).get(2);
      float[] both = take.reduce(two, new Site(2, new long[] {3, 8}, Map.of())).x().toFloatArray();
      float[] third = take.reduce(one, new Site(2, new long[] {3}, Map.of())).x().toFloatArray();
      float[] eighth = take.reduce(one, new Site(2, new long[] {8}, Map.of())).x().toFloatArray();
      assertArrayEquals(third, Arrays.copyOf(both, third.length));
      assertArrayEquals(eighth, Arrays.copyOfRange(both, third.length, both.length));
      long different =
          IntStream.range(0, 200)
              .mapToObj(
                  key ->
                      take.reduce(one, new Site(2, new long[] {key}, Map.of()))
                          .x()
                          .get("0, 2")
                          .toFloatArray())
              .map(Arrays::toString)
              .distinct()
              .count();
      assertEquals(16, different);
    }
  }
}
