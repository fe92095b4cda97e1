package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IaRed2Test {
  private static final Architecture SMALL = RandomNetworks.small(true);
  private static final Map<String, HostTensor> WEIGHTS =
      PlainLayers.randomWeights(MethodCalls.weights("iared2", SMALL, List.of()), 5);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Reduction.BeforeBlock at(int block, long heads, double threshold) {
    return (Reduction.BeforeBlock)
        MethodCalls.sites(
                "iared2", SMALL, 1, List.of(), Map.of("agent_heads", heads, "threshold", threshold))
            .get(block);
  }

  /** p of each patch token of an image, in loops. */
  private static double[] plainProbabilities(Tokens tokens, int image, int group, int heads) {
    PlainLayers layers = new PlainLayers(WEIGHTS);
    String agent = "groups." + group + ".agent.qk";
    double[][] x = SelectorCalls.features(tokens, image);
    int width = x[0].length;
    float[] first = tokens.x().get(image).get(0).toFloatArray();
    double[] classToken = IntStream.range(0, width).mapToDouble(c -> first[c]).toArray();
    double[] query = layers.linear(agent, PlainLayers.standardised(classToken));
    double[] probabilities = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      double[] qkv = layers.linear(agent, PlainLayers.standardised(x[j]));
      for (int head = 0; head < heads; head++) {
        double logit = 0;
        for (int c = head * width / heads; c < (head + 1) * width / heads; c++) {
          logit += query[c] * qkv[width + c];
        }
        probabilities[j] += PlainLayers.sigmoid(logit / Math.sqrt((double) width / heads)) / heads;
      }
    }
    return probabilities;
  }

  @ParameterizedTest
  @CsvSource({"0, 6, 0.5", "2, 6, 0.5", "4, 3, 0.45", "4, 1, 0.6"})
  void wantedTokensOfEachImageGoOn(int block, int heads, double threshold) {
    Tokens tokens = SelectorCalls.random(4, 2, 16, 24, 1, manager);
    Tokens reduced =
        at(block, heads, threshold).reduce(tokens, SelectorCalls.site(block, 4, WEIGHTS, manager));
    int[] counts = reduced.patchesPerImage();
    for (int image = 0; image < 4; image++) {
      double[] p = plainProbabilities(tokens, image, block / 2, heads);
      int[] expected = IntStream.range(0, 16).filter(j -> p[j] > threshold).toArray();
      assertArrayEquals(expected, SelectorCalls.order(reduced, image));
      assertEquals(expected.length, counts[image]);
      for (int k = 0; k < expected.length; k++) {
        assertArrayEquals(
            tokens.x().get(image).get(2 + expected[k]).toFloatArray(),
            reduced.x().get(image).get(2 + k).toFloatArray());
        assertEquals(
            3 + expected[k], reduced.sizes().orElseThrow().get(image).toFloatArray()[2 + k]);
      }
    }
    assertTrue(Arrays.stream(counts).distinct().count() > 1, "images keep different numbers");
    assertEquals(Arrays.stream(counts).max().orElseThrow(), reduced.patches());
  }

  @Test
  void paddingIsNotKept() {
    Tokens tokens = SelectorCalls.random(2, 1, 14, 24, 2, manager);
    Site site = SelectorCalls.site(2, 2, WEIGHTS, manager);
    Tokens alone = at(2, 6, 0.5).reduce(tokens, site);
    Tokens padded = at(2, 6, 0.5).reduce(SelectorCalls.padded(tokens, 5, manager), site);
    assertArrayEquals(alone.patchesPerImage(), padded.patchesPerImage());
    assertArrayEquals(alone.x().toFloatArray(), padded.x().toFloatArray(), 1e-6f);
  }

  @Test
  void thresholdsAreStrict() {
    Tokens tokens = SelectorCalls.random(2, 2, 16, 24, 1, manager);
    Site site = SelectorCalls.site(0, 2, WEIGHTS, manager);
    Tokens none = at(0, 6, 1).reduce(tokens, site);
    assertEquals(0, none.patches());
    assertEquals(2, none.count());
    assertEquals(0, at(2, 6, 0.5).reduce(none, site).patches());
    assertEquals(16, at(0, 6, 0).reduce(tokens, site).patches());
  }

  @Test
  void agentsActAheadOfEachThird() {
    assertEquals(
        Set.of(0, 2, 4), MethodCalls.sites("iared2", SMALL, 1, List.of(1), Map.of()).keySet());
    TokenCount count = at(2, 6, 0.5).after(TokenCount.exactly(16));
    assertEquals(new TokenCount(0, 16), count);
    assertEquals(24 * 24 + 16 * (24 * 24 + 24), at(2, 6, 0.5).overhead(SMALL, 16));
  }

  @Test
  void whatHasNoThirdsOrHeadsOrReadsPatchesIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            MethodCalls.sites(
                "iared2", RandomNetworks.small(Design.LV_VIT), 1, List.of(), Map.of()));
    Architecture deep = new Architecture("vit_custom", 32, 8, 24, 16, 3, 48, 5, Design.VIT);
    IllegalArgumentException depth =
        assertThrows(
            IllegalArgumentException.class,
            () -> MethodCalls.sites("iared2", deep, 1, List.of(), Map.of()));
    assertTrue(depth.getMessage().contains("16 blocks"), depth::getMessage);
    IllegalArgumentException heads =
        assertThrows(
            IllegalArgumentException.class,
            () -> MethodCalls.sites("iared2", SMALL, 1, List.of(), Map.of("agent_heads", 5L)));
    assertTrue(heads.getMessage().contains("agent_heads 5"), heads::getMessage);
  }
}
