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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clustering and learned mixing inside a network treat every image on its own. */
class ClusteringForwardTest {
  private static final float ROUNDING = 1e-4f;
  private static final double RATE = 0.6;
  private static final List<Integer> SITES = List.of(2, 3, 5);

  private static Map<String, List<Map<String, Object>>> methods() {
    Map<String, List<Map<String, Object>>> methods = new LinkedHashMap<>();
    methods.put("dpcknn", List.of(Map.of(), Map.of("equal_weight", true, "neighbours", 3)));
    methods.put(
        "kmedoids",
        List.of(Map.of(), Map.of("cost", "natural"), Map.of("equal_weight", true, "seed", 5)));
    methods.put("sinkhorn", List.of(Map.of(), Map.of("eps", 0.1, "iterations", 5)));
    methods.put("patchmerger", List.of(Map.of()));
    methods.put("sit", List.of(Map.of()));
    methods.put(
        "bat",
        List.of(
            Map.of("merger", "convolution"),
            Map.of("merger", "mlp", "fuse", true),
            Map.of("merger", "convolution", "scope", "all")));
    return methods;
  }

  private static List<SortedMap<Integer, Reduction>> reductions(Architecture architecture) {
    List<SortedMap<Integer, Reduction>> all = new ArrayList<>();
    methods()
        .forEach(
            (name, variants) ->
                variants.forEach(
                    given -> all.add(MethodCalls.sites(name, architecture, RATE, SITES, given))));
    return all;
  }

  private static VisionTransformer network(Architecture architecture, NDManager manager) {
    Map<String, List<Long>> weights = new TreeMap<>();
    methods()
        .forEach(
            (name, variants) ->
                variants.forEach(
                    given ->
                        weights.putAll(
                            MethodCalls.weights(name, architecture, RATE, SITES, given))));
    return RandomNetworks.network(architecture, 1, weights, manager);
  }

  private static float[] logits(
      VisionTransformer network,
      SortedMap<Integer, Reduction> sites,
      NDArray pixels,
      long... keys) {
    return new Forward(network, sites, Forward.Observer.NONE).logits(pixels, keys).toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneImageIsAsInABatchAndImagesPermute(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = network(architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, 3, 2, manager);
      for (SortedMap<Integer, Reduction> sites : reductions(architecture)) {
        float[] together = logits(network, sites, pixels, 10, 11, 12);
        int classes = together.length / 3;
        for (int image = 0; image < 3; image++) {
          float[] alone = logits(network, sites, pixels.get(image).expandDims(0), 10 + image);
          float[] own = Arrays.copyOfRange(together, image * classes, (image + 1) * classes);
          assertArrayEquals(alone, own, ROUNDING, String.valueOf(sites));
        }
        NDArray turned = pixels.get(manager.create(new long[] {2, 0, 1}));
        float[] permuted = logits(network, sites, turned, 12, 10, 11);
        float[] expected = new float[together.length];
        System.arraycopy(together, 2 * classes, expected, 0, classes);
        System.arraycopy(together, 0, expected, classes, 2 * classes);
        assertArrayEquals(expected, permuted, ROUNDING, String.valueOf(sites));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sharedRunsEqualLoneRunsBitForBit(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    List<Variant> variants = new ArrayList<>();
    for (SortedMap<Integer, Reduction> sites : reductions(architecture)) {
      variants.add(new Variant("variant " + variants.size(), sites, 4));
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = network(architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, 2, 2, manager);
      Map<Variant, Outcome> outcomes = new LinkedHashMap<>();
      long[] keys = {3, 4};
      new Evaluator(network, variants).evaluate(pixels, keys, outcomes::put);
      for (Variant variant : variants) {
        assertArrayEquals(
            logits(network, variant.sites(), pixels, keys), outcomes.get(variant).logits());
      }
      assertEquals(
          variants.size(),
          outcomes.values().stream().map(Outcome::logits).map(Arrays::toString).distinct().count());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void countsAreAnnouncedSpecialsStayAndPatchesAreFollowed(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = network(architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, 2, 2, manager);
      for (SortedMap<Integer, Reduction> sites : reductions(architecture)) {
        Watch watch = new Watch(sites);
        long[] keys = LongStream.range(0, 2).toArray();
        new Forward(network, sites, watch).logits(pixels, keys);
        assertTrue(watch.patches < 8, String.valueOf(sites));
      }
    }
  }

  /** Holds what a reduction does against what it said. */
  private static final class Watch implements Forward.Observer {
    private final SortedMap<Integer, Reduction> sites;
    private TokenCount announced = TokenCount.exactly(16);
    private float[] specials = new float[0];
    private int patches;

    Watch(SortedMap<Integer, Reduction> sites) {
      this.sites = sites;
    }

    private static float[] specials(Tokens tokens) {
      return tokens.x().get(":, :{}, :", tokens.specials()).toFloatArray();
    }

    @Override
    public Tokens embedded(Tokens tokens) {
      return tokens.recordingSources();
    }

    @Override
    public void entering(int block, Tokens tokens) {
      specials = specials(tokens);
    }

    @Override
    public void entered(int block, Tokens tokens) {
      assertArrayEquals(specials, specials(tokens));
    }

    @Override
    public void left(int block, Tokens tokens) {
      announced = sites.containsKey(block) ? sites.get(block).after(announced) : announced;
      patches = tokens.patches();
      assertEquals(announced, TokenCount.exactly(patches));
      for (int source : tokens.sources().orElseThrow().toIntArray()) {
        assertTrue(source >= 0 && source < patches);
      }
    }
  }
}
