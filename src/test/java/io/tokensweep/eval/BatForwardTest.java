package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.MethodCalls;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.TokenCount;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every variant of BAT inside a network. */
class BatForwardTest {
  private static float[] logits(
      VisionTransformer network, SortedMap<Integer, Reduction> sites, NDArray pixels) {
    long[] keys = LongStream.range(0, pixels.getShape().get(0)).toArray();
    return new Forward(network, sites, Forward.Observer.NONE).logits(pixels, keys).toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bat", "diversity"})
  void keepRateOneIsTheUnreducedNetworkBitForBit(String method) {
    Architecture architecture = RandomNetworks.small(false);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 1, manager);
      NDArray pixels = RandomNetworks.images(architecture, 2, 2, manager);
      List<Integer> blocks = List.of(1, 3);
      assertArrayEquals(
          logits(network, MethodCalls.sites("none", architecture, 1, blocks, Map.of()), pixels),
          logits(network, MethodCalls.sites(method, architecture, 1, blocks, Map.of()), pixels));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dpc, knn, disjoint, inattentive, false",
    "dpc, all, merge, inattentive, true",
    "kmeans, knn, bipartite, inattentive, true",
    "max, knn, merge, inattentive, false",
    "spatial, knn, disjoint, inattentive, true",
    "average, knn, disjoint, all, false",
    "dpc, all, disjoint, all, true",
    "kmeans, knn, disjoint, all, false"
  })
  void oneImageIsAsInABatch(
      String merger, String density, String overlap, String scope, boolean fuse) {
    Architecture architecture = RandomNetworks.small(true);
    SortedMap<Integer, Reduction> sites =
        MethodCalls.sites(
            "bat",
            architecture,
            0.6,
            List.of(1, 2, 4),
            Map.of(
                "merger", merger, "density", density, "overlap", overlap, "scope", scope, "fuse",
                fuse, "pairs", 3));
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 3, manager);
      NDArray pixels = RandomNetworks.images(architecture, 3, 4, manager);
      float[] together = logits(network, sites, pixels);
      for (int image = 0; image < 3; image++) {
        float[] alone = logits(network, sites, pixels.get(image).expandDims(0));
        for (int c = 0; c < alone.length; c++) {
          assertEquals(alone[c], together[image * alone.length + c], 1e-4f);
        }
      }
    }
  }

  @Test
  void countsAreAnnounced() {
    Architecture architecture = RandomNetworks.small(false);
    SortedMap<Integer, Reduction> sites =
        MethodCalls.sites(
            "bat", architecture, 0.6, List.of(1, 3), Map.of("overlap", "merge", "pairs", 3));
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 5, manager);
      NDArray pixels = RandomNetworks.images(architecture, 8, 6, manager);
      Forward.Observer observer =
          new Forward.Observer() {
            private TokenCount announced = TokenCount.exactly(16);

            @Override
            public void reduced(int block, Tokens tokens) {
              announced = sites.containsKey(block) ? sites.get(block).after(announced) : announced;
              for (int count : tokens.patchesPerImage()) {
                assertTrue(announced.least() <= count && count <= announced.most());
              }
            }
          };
      new Forward(network, sites, observer).logits(pixels, new long[8]);
    }
  }
}
