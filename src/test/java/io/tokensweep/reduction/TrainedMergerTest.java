package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trained mergers of Table 4 against their formulas, computed number by number. */
class TrainedMergerTest {
  private static final int WIDTH = 6;
  private static final int PATCHES = 16;
  private static final Architecture ARCHITECTURE =
      new Architecture("vit_custom", 8, 2, WIDTH, 4, 1, 8, 3, Design.VIT);

  /** Position i of the inattentive tokens in channel d, 0 outside. */
  private interface Sequence {
    double at(int position, int channel);
  }

  private static double[] convolution(
      Sequence x, float[] weight, float[] bias, int count, int clusters, int cluster) {
    int stride = count / clusters;
    int outputs = (count + 2 - 3) / stride + 1;
    int first = cluster * outputs / clusters;
    int end = ((cluster + 1) * outputs + clusters - 1) / clusters;
    double[] mean = new double[WIDTH];
    for (int o = first; o < end; o++) {
      for (int out = 0; out < WIDTH; out++) {
        double sum = bias[out];
        for (int in = 0; in < WIDTH; in++) {
          for (int k = 0; k < 3; k++) {
            sum += weight[(out * WIDTH + in) * 3 + k] * x.at(o * stride + k - 1, in);
          }
        }
        mean[out] += sum / (end - first);
      }
    }
    return mean;
  }

  private static double[] mlp(Sequence x, float[] weight, float[] bias, int count, int cluster) {
    double[] out = new double[WIDTH];
    Arrays.fill(out, bias[cluster]);
    for (int i = 0; i < count; i++) {
      double mean = 0;
      double squares = 0;
      for (int d = 0; d < WIDTH; d++) {
        mean += x.at(i, d) / WIDTH;
      }
      for (int d = 0; d < WIDTH; d++) {
        squares += Math.pow(x.at(i, d) - mean, 2) / WIDTH;
      }
      for (int d = 0; d < WIDTH; d++) {
        out[d] += weight[cluster * count + i] * (x.at(i, d) - mean) / Math.sqrt(squares + 1e-6);
      }
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    "convolution, inattentive, 0, 0.5",
    "convolution, inattentive, 3, 0.6",
    "convolution, all, 0, 0.4",
    "convolution, all, 0, 0.9",
    "mlp, inattentive, 0, 0.5",
    "mlp, inattentive, 3, 0.6",
    "mlp, all, 0, 0.4"
  })
  void isItsFormula(String merger, String scope, int given, double keepRate) {
    Map<String, Object> parameters =
        Map.of("merger", merger, "scope", scope, "clusters", given, "pairs", given);
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> weights = new HashMap<>();
      MethodCalls.weights("bat", ARCHITECTURE, keepRate, List.of(2), parameters)
          .forEach(
              (name, shape) ->
                  weights.put(
                      name,
                      RandomNetworks.gaussian(
                          new Shape(shape.stream().mapToLong(l -> l).toArray()), 3, manager)));
      assertEquals(2, weights.size());
      Reduction.AfterAttention reduction =
          (Reduction.AfterAttention)
              MethodCalls.sites("bat", ARCHITECTURE, keepRate, List.of(2), parameters).get(2);
      NDArray x = RandomNetworks.gaussian(new Shape(2, 1 + PATCHES, WIDTH), 4, manager);
      NDArray row = RandomNetworks.gaussian(new Shape(2, PATCHES), 5, manager).exp();
      Tokens out =
          reduction.reduce(
              Tokens.embedded(x, 1).recordingSources(),
              RandomNetworks.classRow(row),
              new Site(2, new long[2], weights));
      Budget budget =
          new Budget.Rule(
                  keepRate,
                  scope.equals("all") ? Budget.Split.UNDIVIDED : Budget.Split.MATCH,
                  given,
                  given)
              .at(PATCHES);
      assertEquals(budget.leaving(), out.patches());
      String prefix = "bat_mergers.0." + (merger.equals("mlp") ? "mlp" : "conv");
      float[] weight = weights.get(prefix + ".weight").toFloatArray();
      float[] bias = weights.get(prefix + ".bias").toFloatArray();
      for (int image = 0; image < 2; image++) {
        float[] attention = row.get(image).toFloatArray();
        int[] inattentive =
            IntStream.range(0, PATCHES)
                .boxed()
                .sorted((a, b) -> Float.compare(attention[b], attention[a]))
                .skip(budget.attentive())
                .mapToInt(i -> i)
                .sorted()
                .toArray();
        float[] features = x.get(image + ", 1:, :").toFloatArray();
        Sequence sequence =
            (position, channel) ->
                position < 0 || position >= inattentive.length
                    ? 0
                    : features[inattentive[position] * WIDTH + channel];
        float[] actual = out.x().get(image + ", 1:, :").toFloatArray();
        int[] sources = out.sources().orElseThrow().get(String.valueOf(image)).toIntArray();
        int first = budget.leaving() - budget.clusters();
        for (int token : inattentive) {
          assertTrue(sources[token] >= first);
        }
        for (int c = 0; c < budget.clusters(); c++) {
          double[] expected =
              merger.equals("mlp")
                  ? mlp(sequence, weight, bias, inattentive.length, c)
                  : convolution(sequence, weight, bias, inattentive.length, budget.clusters(), c);
          for (int d = 0; d < WIDTH; d++) {
            assertEquals(expected[d], actual[(first + c) * WIDTH + d], 1e-4);
          }
        }
      }
    }
  }

  @Test
  void shapesFollowFromSiteToSite() {
    Architecture deit = new Architecture("vit_custom", 224, 16, 384, 12, 6, 1536, 10, Design.VIT);
    List<Integer> sites = List.of(3, 6, 9);
    Map<String, List<Long>> mlp =
        MethodCalls.weights("bat", deit, 0.5, sites, Map.of("merger", "mlp"));
    assertEquals(List.of(12L, 98L), mlp.get("bat_mergers.0.mlp.weight"));
    assertEquals(List.of(6L, 49L), mlp.get("bat_mergers.1.mlp.weight"));
    assertEquals(List.of(3L, 24L), mlp.get("bat_mergers.2.mlp.weight"));
    assertEquals(List.of(3L), mlp.get("bat_mergers.2.mlp.bias"));
    Map<String, List<Long>> fused =
        MethodCalls.weights("bat", deit, 0.5, sites, Map.of("merger", "mlp", "fuse", true));
    assertEquals(List.of(6L, 49L), fused.get("bat_mergers.1.mlp.weight"));
    Map<String, List<Long>> convolution =
        MethodCalls.weights("bat", deit, 0.5, sites, Map.of("merger", "convolution"));
    assertEquals(List.of(384L, 384L, 3L), convolution.get("bat_mergers.2.conv.weight"));
    assertEquals(List.of(384L), convolution.get("bat_mergers.0.conv.bias"));
    assertEquals(Map.of(), MethodCalls.weights("bat", deit, 0.5, sites, Map.of()));
    assertEquals(
        Map.of(), MethodCalls.weights("bat", deit, 1, sites, Map.of("merger", "convolution")));
    assertEquals(
        Map.of(),
        MethodCalls.weights(
            "bat", deit, 0.5, sites, Map.of("merger", "mlp", "ablation", "preserve")));
  }

  @Test
  void overheadIsThatOfCosinesAndClusters() {
    Architecture deit = new Architecture("vit_custom", 224, 16, 384, 12, 6, 1536, 10, Design.VIT);
    Map<String, Long> expected =
        Map.of(
            "dpc", 98L * 98 * 384,
            "kmeans", 3L * 98 * 12 * 384,
            "average", 0L,
            "mlp", 12L * 98 * 384,
            "convolution", 3L * 384 * 384 * 13);
    expected.forEach(
        (merger, macs) ->
            assertEquals(
                98L * 98 * 384 + macs,
                MethodCalls.sites("bat", deit, 0.5, List.of(3), Map.of("merger", merger))
                    .get(3)
                    .overhead(deit, 196),
                merger));
  }

  @Test
  void countsThatDifferBetweenImagesAreRefused() {
    for (String merger : List.of("mlp", "convolution")) {
      Map<String, Object> given = Map.of("merger", merger, "overlap", "merge");
      assertThrows(
          IllegalArgumentException.class,
          () -> MethodCalls.sites("bat", ARCHITECTURE, 0.5, List.of(2), given));
    }
  }

  @Test
  void everyTokenCountsToTheClusterOfItsLargestWeight() {
    float[] weights = {0, 1, 0, 5, -1, 1, 3, 2, -2, 0, 3, 5};
    assertArrayEquals(new int[] {0, 0, 1, 0}, Clusters.largest(weights, 0, 3, 4));
  }
}
