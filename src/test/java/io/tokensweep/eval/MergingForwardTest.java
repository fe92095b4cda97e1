package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.MethodCalls;
import io.tokensweep.reduction.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that merge or prune by image give every image what it gets alone. */
class MergingForwardTest {
  private static final float ROUNDING = 2e-5f;

  private static List<SortedMap<Integer, Reduction>> reductions(Architecture architecture) {
    List<SortedMap<Integer, Reduction>> all = new ArrayList<>();
    List<Integer> sites = List.of(1, 3);
    for (boolean proportional : new boolean[] {true, false}) {
      for (long r : new long[] {0, 2, 50}) {
        Map<String, Object> given = Map.of("r", r, "proportional", proportional);
        all.add(MethodCalls.sites("tome", architecture, 1, sites, given));
      }
      for (double threshold : new double[] {0, 0.002, 1}) {
        Map<String, Object> given =
            Map.of("r", 5L, "threshold", threshold, "proportional", proportional);
        all.add(MethodCalls.sites("ppt", architecture, 1, sites, given));
      }
    }
    for (String method : List.of("topk", "tome_staged", "heuristic")) {
      all.add(MethodCalls.sites(method, architecture, 0.4, sites, Map.of()));
    }
    return all;
  }

  private static float[] logits(
      VisionTransformer network, SortedMap<Integer, Reduction> sites, NDArray pixels) {
    long[] keys = new long[Math.toIntExact(pixels.getShape().get(0))];
    return new Forward(network, sites, Forward.Observer.NONE).logits(pixels, keys).toFloatArray();
  }

  @Property(tries = 6, seed = "1")
  void batchesAndTheirOrderDoNotMatter(
      @ForAll @IntRange(min = 2, max = 5) int batch,
      @ForAll boolean distilled,
      @ForAll @IntRange(max = 1000) int seed) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, seed, manager);
      NDArray pixels = RandomNetworks.images(architecture, batch, seed + 1, manager);
      NDArray reversed = pixels.flip(0);
      for (SortedMap<Integer, Reduction> sites : reductions(architecture)) {
        float[] together = logits(network, sites, pixels);
        float[] backwards = logits(network, sites, reversed);
        int classes = together.length / batch;
        for (int image = 0; image < batch; image++) {
          float[] expected = logits(network, sites, pixels.get("{}:{}", image, image + 1));
          int from = image * classes;
          int back = (batch - 1 - image) * classes;
          assertArrayEquals(expected, Arrays.copyOfRange(together, from, from + classes), ROUNDING);
          assertArrayEquals(
              expected, Arrays.copyOfRange(backwards, back, back + classes), ROUNDING);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void constantImagesHaveFiniteLogits(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 1, manager);
      int side = architecture.imageSize();
      for (float level : new float[] {0, 1}) {
        NDArray pixels = manager.full(new Shape(2, 3, side, side), level);
        for (SortedMap<Integer, Reduction> sites : reductions(architecture)) {
          for (float logit : logits(network, sites, pixels)) {
            assertTrue(Float.isFinite(logit), () -> "with " + sites);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void removingNothingChangesNoBit(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 1, manager);
      NDArray pixels = RandomNetworks.images(architecture, 2, 2, manager);
      float[] expected = network.logits(pixels).toFloatArray();
      for (String method : List.of("tome", "ppt")) {
        assertArrayEquals(
            expected,
            logits(
                network,
                MethodCalls.sites(method, architecture, 1, List.of(1, 3), Map.of("r", 0L)),
                pixels));
      }
    }
  }
}
