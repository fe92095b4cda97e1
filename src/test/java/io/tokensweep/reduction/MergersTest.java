package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The mergers of Table 4 make as many groups as they are told, of the tokens they are told. */
class MergersTest {
  private static final WeightedMerge WEIGHTED = new WeightedMerge(true);
  private static final Site NOWHERE = new Site(0, new long[1], Map.of());

  /** All tokens inattentive, descending by class attention: token 0, 1, 2, …. */
  private static Decoupled inattentive(int count, int clusters) {
    double[] attention = IntStream.range(0, count).mapToDouble(i -> 1.0 / (count + i)).toArray();
    return new Decoupled(
        new Budget(0, clusters, 0), IntStream.range(0, count).toArray(), attention);
  }

  private static List<Group> merge(Merger merger, float[] x, int count, int clusters) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.create(x, new Shape(1, count, x.length / count));
      Tokens tokens = Tokens.embedded(features, 0).recordingSources();
      return merger.merge(tokens, List.of(inattentive(count, clusters)), NOWHERE).get(0);
    }
  }

  private static float[] random(int count, int width, long seed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return RandomNetworks.gaussian(new Shape(count, width), seed, manager).toFloatArray();
    }
  }

  @Property(tries = 200)
  void everyMergerGivesEveryTokenAPlace(
      @ForAll @IntRange(min = 1, max = 36) int count, @ForAll long seed) {
    int clusters = 1 + Math.floorMod(seed, count);
    for (Merger merger :
        List.of(
            new DensityPeakMerger(5, WEIGHTED),
            new AdaptivePooling(false),
            new AdaptivePooling(true),
            new SpatialPooling(6),
            new KMeans(2, WEIGHTED))) {
      List<Group> groups = merge(merger, random(count, 4, seed), count, clusters);
      assertEquals(clusters, groups.size());
      int[] members = groups.stream().flatMapToInt(g -> Arrays.stream(g.members())).toArray();
      assertArrayEquals(
          IntStream.range(0, count).toArray(),
          Arrays.stream(members).sorted().distinct().toArray());
      if (!(merger instanceof AdaptivePooling)) {
        assertEquals(count, members.length);
      }
    }
  }

  @Property
  void normalisedWeightsSumToOne(
      @ForAll @IntRange(min = 1, max = 50) int count, @ForAll long seed) {
    double[] attention = new Random(seed).doubles(count).toArray();
    int[] members = IntStream.range(0, count).toArray();
    Group.Sum group = (Group.Sum) WEIGHTED.of(members, attention);
    assertEquals(1, Arrays.stream(group.weights()).sum(), 1e-12);
    Group.Sum zero = (Group.Sum) WEIGHTED.of(members, new double[count]);
    assertArrayEquals(
        new double[] {1.0 / count}, Arrays.stream(zero.weights()).distinct().toArray());
    Group.Sum raw = (Group.Sum) WeightedMerge.RAW.of(members, attention);
    assertArrayEquals(attention, raw.weights());
  }

  @Test
  void windowsOverlapWhereTheyDoNotDivide() {
    List<Group> groups = merge(new AdaptivePooling(true), new float[7], 7, 3);
    assertArrayEquals(new int[] {0, 1, 2}, groups.get(0).members());
    assertArrayEquals(new int[] {2, 3, 4}, groups.get(1).members());
    assertArrayEquals(new int[] {4, 5, 6}, groups.get(2).members());
  }

  @Test
  void spatialCellsAreThoseOfTheLattice() {
    List<Group> groups = merge(new SpatialPooling(4), new float[16], 16, 4);
    assertArrayEquals(new int[] {0, 1, 4, 5}, groups.get(0).members());
    assertArrayEquals(new int[] {2, 3, 6, 7}, groups.get(1).members());
    assertArrayEquals(new int[] {8, 9, 12, 13}, groups.get(2).members());
    assertArrayEquals(new int[] {10, 11, 14, 15}, groups.get(3).members());
  }

  @Test
  void missingCellsComeFromTheFullest() {
    List<Group> groups = merge(new SpatialPooling(4), new float[16], 16, 5);
    assertArrayEquals(new int[] {0, 1}, groups.get(0).members());
    assertArrayEquals(new int[] {4, 5}, groups.get(1).members());
    assertArrayEquals(new int[] {2, 3, 6, 7}, groups.get(2).members());
  }

  @Property(tries = 200)
  void kMeansIsThatOfExplicitCentres(
      @ForAll @IntRange(min = 2, max = 30) int count,
      @ForAll @IntRange(min = 1, max = 4) int iterations,
      @ForAll long seed) {
    int clusters = 1 + Math.floorMod(seed, Math.min(count, 6));
    float[] x = random(count, 3, seed);
    List<Group> groups = merge(new KMeans(iterations, WEIGHTED), x, count, clusters);
    int[] expected = kMeans(x, count, clusters, iterations);
    for (int c = 0; c < clusters; c++) {
      int cluster = c;
      assertArrayEquals(
          IntStream.range(0, count).filter(i -> expected[i] == cluster).toArray(),
          groups.get(c).members());
    }
  }

  private static int[] kMeans(float[] x, int count, int clusters, int iterations) {
    int width = x.length / count;
    double[][] centres = new double[clusters][width];
    for (int c = 0; c < clusters; c++) {
      for (int d = 0; d < width; d++) {
        centres[c][d] = x[c * width + d];
      }
    }
    int[] cluster = new int[count];
    for (int iteration = 0; iteration < iterations; iteration++) {
      double[][] sums = new double[clusters][width + 1];
      for (int i = 0; i < count; i++) {
        cluster[i] = nearest(x, i, centres);
        for (int d = 0; d < width; d++) {
          sums[cluster[i]][d] += x[i * width + d];
        }
        sums[cluster[i]][width]++;
      }
      for (int c = 0; c < clusters; c++) {
        for (int d = 0; d < width && sums[c][width] > 0; d++) {
          centres[c][d] = sums[c][d] / sums[c][width];
        }
      }
    }
    return cluster;
  }

  private static int nearest(float[] x, int i, double[][] centres) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centres.length; c++) {
      double distance = 0;
      for (int d = 0; d < centres[c].length; d++) {
        distance += Math.pow(x[i * centres[c].length + d] - centres[c][d], 2);
      }
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }

  @Test
  void emptyClusterOfKMeansGivesItsCentre() {
    float[] x = {5, 5, 5, 1};
    List<Group> groups = merge(new KMeans(1, WEIGHTED), x, 4, 2);
    assertArrayEquals(new int[] {0, 1, 2, 3}, groups.get(0).members());
    assertEquals(0, groups.get(1).members().length);
    assertArrayEquals(new int[] {1}, groups.get(1).parts());
    assertTrue(groups.get(1) instanceof Group.Sum);
  }
}
