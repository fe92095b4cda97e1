package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DpcKnnTest {
  /** The eight patches of methods.md, section 11. */
  private static final float[] EXAMPLE = {
    1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 1.2f, -1, 0.2f, -0.8f, 0.3f, 0.7f, 0.7f, 2, -1
  };

  /** Its clusters, in the order of their centres 1, 2, 5. */
  private static final int[][] CLUSTERS = {{0, 1, 6, 7}, {2, 3}, {4, 5}};

  private static float[] expected(double[] weights) {
    float[] expected = new float[6];
    for (int c = 0; c < 3; c++) {
      double sum = Arrays.stream(CLUSTERS[c]).mapToDouble(j -> weights[j]).sum() + 1e-6;
      for (int d = 0; d < 2; d++) {
        int channel = d;
        expected[2 * c + d] =
            (float)
                (Arrays.stream(CLUSTERS[c])
                        .mapToDouble(j -> weights[j] * EXAMPLE[2 * j + channel])
                        .sum()
                    / sum);
      }
    }
    return expected;
  }

  @Test
  void publishedClustersAreMergedByTheirWeights() {
    float[] logWeights = {0, 1, -1, 0.5f, -20, -20, 2, 0.1f};
    double[] weights = new double[8];
    Arrays.setAll(weights, j -> Math.exp(logWeights[j]));
    double[] equal = new double[8];
    Arrays.fill(equal, 1);
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens =
          Tokens.embedded(manager.create(EXAMPLE, new Shape(1, 8, 2)), 0).recordingSources();
      Tokens merged = DpcKnn.merge(tokens, logWeights, 3, 3);
      assertArrayEquals(expected(weights), merged.x().toFloatArray(), 1e-6f);
      assertArrayEquals(
          new int[] {0, 0, 1, 1, 2, 2, 0, 0}, merged.sources().orElseThrow().toIntArray());
      assertArrayEquals(
          expected(equal), DpcKnn.merge(tokens, new float[8], 3, 3).x().toFloatArray(), 1e-6f);
    }
  }

  @Test
  void trainedScoresWeighTheTokens() {
    Architecture architecture = new Architecture("vit_custom", 8, 2, 2, 4, 1, 4, 3, Design.VIT);
    Map<String, List<Long>> declared =
        MethodCalls.weights("dpcknn", architecture, 0.5, List.of(1, 2), Map.of());
    assertEquals(List.of(1L, 2L), declared.get("cluster_layers.1.score.weight"));
    assertEquals(List.of(1L), declared.get("cluster_layers.0.score.bias"));
    assertEquals(4, declared.size());
    assertEquals(
        Map.of(),
        MethodCalls.weights(
            "dpcknn", architecture, 0.5, List.of(1, 2), Map.of("equal_weight", true)));
    Reduction.BeforeBlock reduction =
        (Reduction.BeforeBlock)
            MethodCalls.sites("dpcknn", architecture, 0.2, List.of(1), Map.of("neighbours", 3))
                .get(1);
    assertEquals(TokenCount.exactly(3), reduction.after(TokenCount.exactly(16)));
    assertEquals(16 * 16 * 2 + 16 * 2, reduction.overhead(architecture, 16));
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = Tokens.embedded(manager.create(EXAMPLE, new Shape(1, 8, 2)), 0);
      NDArray weight = manager.create(new float[] {0.5f, -2}, new Shape(1, 2));
      Map<String, NDArray> weights =
          Map.of(
              "cluster_layers.0.score.weight",
              weight,
              "cluster_layers.0.score.bias",
              manager.create(new float[] {0.3f}));
      double[] scores = new double[8];
      Arrays.setAll(scores, j -> Math.exp(0.5 * EXAMPLE[2 * j] - 2 * EXAMPLE[2 * j + 1] + 0.3));
      Tokens merged = reduction.reduce(tokens, new Site(1, new long[1], weights));
      assertArrayEquals(expected(scores), merged.x().toFloatArray(), 1e-6f);
    }
  }

  @Test
  void paddingIsNoTokenAndSizesAddUp() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = RandomNetworks.gaussian(new Shape(2, 7, 3), 1, manager);
      NDArray active = manager.ones(new Shape(2, 7));
      active.set(new ai.djl.ndarray.index.NDIndex("1, 5:"), 0);
      Tokens tokens =
          new Tokens(x, 1, Optional.of(active.mul(2)), true, Optional.of(active), Optional.empty());
      Tokens merged = DpcKnn.merge(tokens, new float[12], 5, 5);
      assertArrayEquals(new int[] {5, 4}, merged.patchesPerImage());
      NDArray alone = x.get("1:2, :5, :");
      assertArrayEquals(
          DpcKnn.merge(Tokens.embedded(alone, 1), new float[4], 5, 5).x().toFloatArray(),
          merged.x().get("1:2, :5, :").toFloatArray(),
          1e-6f);
      float[] sizes = merged.sizes().orElseThrow().toFloatArray();
      assertEquals(2 * 7, sizes[0] + sizes[1] + sizes[2] + sizes[3] + sizes[4] + sizes[5]);
    }
  }
}
