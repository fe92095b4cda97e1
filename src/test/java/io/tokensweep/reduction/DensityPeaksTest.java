package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.RandomNetworks;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DensityPeaksTest {
  private static DensityPeaks peaks(
      float[] x, int count, int neighbours, int clusters, DensityPeaks.Reading reading) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.create(x, new Shape(1, count, x.length / count));
      return DensityPeaks.of(features, neighbours, clusters, reading).get(0);
    }
  }

  /** The eight patches of methods.md, section 11. */
  private static DensityPeaks example(int neighbours, DensityPeaks.Reading reading) {
    float[] x = {1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 1.2f, -1, 0.2f, -0.8f, 0.3f, 0.7f, 0.7f, 2, -1};
    return peaks(x, 8, neighbours, 3, reading);
  }

  @Test
  void publishedVectorOfNearestNeighbours() {
    for (DensityPeaks.Reading reading : DensityPeaks.Reading.values()) {
      DensityPeaks peaks = example(3, reading);
      double[] density = {.904837, .932394, .900325, .895834, .754525, .821464, .849308, .478707};
      double[] delta = {.1, 1.345362, .9, .158114, .158114, .751665, .447214, 1.0};
      if (reading == DensityPeaks.Reading.DPC_KNN) {
        delta[1] = Math.sqrt((3 * 3 + 1.2 * 1.2) / 2); // of tokens 4 and 7
      }
      assertArrayEquals(density, peaks.density(), 1e-6);
      assertArrayEquals(delta, peaks.delta(), 1e-6);
      assertArrayEquals(new int[] {1, 2, 5}, peaks.centres());
      assertArrayEquals(new int[] {0, 0, 1, 1, 2, 2, 0, 0}, peaks.cluster());
    }
  }

  @Test
  void publishedVectorOfAllTokens() {
    DensityPeaks peaks = example(DensityPeaks.ALL, DensityPeaks.Reading.BAT);
    double[] density = {.411169, .447647, .391116, .344728, .207785, .269146, .463592, .058499};
    assertArrayEquals(density, peaks.density(), 1e-6);
    assertArrayEquals(new int[] {6, 2, 5}, peaks.centres());
    assertArrayEquals(new int[] {0, 0, 1, 1, 2, 2, 0, 0}, peaks.cluster());
  }

  @Test
  void equalTokensAreEquallyDenseAndTheFirstComesFirst() {
    float[] x = new float[7 * 3];
    Arrays.fill(x, 0.1f);
    DensityPeaks peaks = peaks(x, 7, 5, 3, DensityPeaks.Reading.BAT);
    assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1, 1}, peaks.density());
    assertArrayEquals(new double[7], peaks.delta());
    assertArrayEquals(new int[] {0, 1, 2}, peaks.centres());
    assertArrayEquals(new int[] {0, 1, 2, 0, 0, 0, 0}, peaks.cluster());
  }

  @Test
  void oneTokenIsItsOwnCluster() {
    DensityPeaks peaks = peaks(new float[] {3, 4}, 1, 5, 1, DensityPeaks.Reading.DPC_KNN);
    assertArrayEquals(new int[] {0}, peaks.cluster());
    assertArrayEquals(new double[] {1}, peaks.density());
  }

  /** A token between a dense centre that is far and a nearer one that is less dense than it. */
  @Test
  void onlyBatAsksForADenserCentre() {
    float[] x = {0, 0.1f, 0.2f, 0.3f, 3, 3.25f, 3.5f, 4.2f};
    DensityPeaks bat = peaks(x, 8, 3, 3, DensityPeaks.Reading.BAT);
    DensityPeaks dpcKnn = peaks(x, 8, 3, 3, DensityPeaks.Reading.DPC_KNN);
    for (int i = 0; i < x.length; i++) {
      float own = x[i];
      int nearest =
          Arrays.stream(dpcKnn.centres())
              .boxed()
              .min(Comparator.comparingDouble(c -> Math.abs(x[c] - own)))
              .orElseThrow();
      assertEquals(nearest, dpcKnn.centres()[dpcKnn.cluster()[i]]);
      int centre = bat.centres()[bat.cluster()[i]];
      int token = i;
      boolean someDenser =
          Arrays.stream(bat.centres()).anyMatch(c -> bat.density()[c] > bat.density()[token]);
      assertTrue(centre == i || !someDenser || bat.density()[centre] > bat.density()[i]);
    }
  }

  @Property(tries = 100)
  void agreesWithTheDefinition(
      @ForAll @IntRange(min = 1, max = 30) int count,
      @ForAll @IntRange(min = 1, max = 8) int neighbours,
      @ForAll long seed) {
    int width = 6;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = RandomNetworks.gaussian(new Shape(2, count, width), seed, manager);
      List<DensityPeaks> found =
          DensityPeaks.of(features, neighbours, Math.min(count, 4), DensityPeaks.Reading.BAT);
      for (int image = 0; image < 2; image++) {
        float[] x = features.get(image).toFloatArray();
        DensityPeaks peaks = found.get(image);
        for (int i = 0; i < count; i++) {
          assertDefined(peaks, x, width, neighbours, i);
        }
      }
    }
  }

  private static void assertDefined(
      DensityPeaks peaks, float[] x, int width, int neighbours, int i) {
    double[] distances = distances(x, width, i);
    int k = Math.min(neighbours, distances.length);
    double mean = Arrays.stream(distances).map(d -> d * d).sorted().limit(k).sum() / k;
    assertEquals(Math.exp(-mean), peaks.density()[i], 1e-9);
    double delta = Double.POSITIVE_INFINITY;
    for (int j = 0; j < distances.length; j++) {
      if (peaks.density()[j] > peaks.density()[i]
          || (peaks.density()[j] == peaks.density()[i] && j < i)) {
        delta = Math.min(delta, distances[j]);
      }
    }
    double expected = Double.isInfinite(delta) ? Arrays.stream(distances).max().orElse(0) : delta;
    assertEquals(expected, peaks.delta()[i], 1e-9);
  }

  private static double[] distances(float[] x, int width, int i) {
    double[] distances = new double[x.length / width];
    for (int j = 0; j < distances.length; j++) {
      double sum = 0;
      for (int d = 0; d < width; d++) {
        double difference = (double) x[i * width + d] - x[j * width + d];
        sum += difference * difference;
      }
      distances[j] = Math.sqrt(sum / width);
    }
    return distances;
  }
}
