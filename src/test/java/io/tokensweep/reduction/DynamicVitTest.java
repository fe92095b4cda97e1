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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DynamicVitTest {
  private static final Architecture DEIT_SMALL =
      new Architecture("deit_small_patch16_224", 224, 16, 384, 12, 6, 1536, 1000, Design.VIT);
  private static final Architecture SMALL = RandomNetworks.small(false);
  private static final List<Integer> SITES = List.of(1, 3, 4);
  private static final Map<String, HostTensor> WEIGHTS =
      PlainLayers.randomWeights(MethodCalls.weights("dynamicvit", SMALL, SITES), 5);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Reduction.BeforeBlock at(int stage, double rate, String predictor) {
    return (Reduction.BeforeBlock)
        MethodCalls.sites("dynamicvit", SMALL, rate, SITES, Map.of("predictor", predictor))
            .get(SITES.get(stage));
  }

  /** Log-probability of keeping each token, in loops. */
  private static double[] plainScores(double[][] x, int stage, double meanOffset) {
    String predictor = "score_predictor." + stage;
    double[][] logits =
        new PlainLayers(WEIGHTS)
            .selector(x, predictor + ".in_conv", predictor + ".out_conv", meanOffset);
    return Arrays.stream(logits).mapToDouble(two -> Math.log(PlainLayers.first(two))).toArray();
  }

  private static int[] plainOrder(double[] scores, int count) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(token -> -scores[token]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({"dynamicvit, 0, 0", "dynamicvit, 2, 0", "tokenreduction, 1, 1e-6"})
  void likeliestTokensOfEachImageGoOnInOrder(String predictor, int stage, double meanOffset) {
    Tokens tokens = SelectorCalls.random(3, 2, 16, 24, 1, manager);
    Reduction.BeforeBlock reduction = at(stage, 0.8, predictor);
    Site site = SelectorCalls.site(SITES.get(stage), 3, WEIGHTS, manager);
    Tokens reduced = reduction.reduce(tokens, site);
    int kept = new int[] {12, 10, 8}[stage];
    assertEquals(kept, reduced.patches());
    for (int image = 0; image < 3; image++) {
      double[] scores = plainScores(SelectorCalls.features(tokens, image), stage, meanOffset);
      float[] ours = ((TokenScores) reduction).scores(tokens, site).get(image).toFloatArray();
      for (int token = 0; token < 16; token++) {
        assertEquals(scores[token], ours[token], 1e-5);
      }
      assertArrayEquals(plainOrder(scores, kept), SelectorCalls.order(reduced, image));
    }
    assertArrayEquals(
        tokens.x().get(":, :2").toFloatArray(), reduced.x().get(":, :2").toFloatArray());
  }

  @Test
  void theCopyAddsToTheMean() {
    Tokens tokens = SelectorCalls.random(1, 1, 16, 24, 1, manager);
    double[][] x = SelectorCalls.features(tokens, 0);
    double difference =
        IntStream.range(0, 16)
            .mapToDouble(j -> Math.abs(plainScores(x, 0, 0)[j] - plainScores(x, 0, 1e-6)[j]))
            .max()
            .orElseThrow();
    assertTrue(difference > 0 && difference < 1e-4, "differs by " + difference);
    assertTrue(!at(0, 0.8, "dynamicvit").equals(at(0, 0.8, "tokenreduction")));
  }

  @Test
  void paddingIsNeitherSeenNorKept() {
    Tokens tokens = SelectorCalls.random(2, 1, 14, 24, 2, manager);
    Site site = SelectorCalls.site(1, 2, WEIGHTS, manager);
    Tokens alone = at(0, 0.75, "dynamicvit").reduce(tokens, site);
    Tokens padded =
        at(0, 0.75, "dynamicvit").reduce(SelectorCalls.padded(tokens, 5, manager), site);
    assertEquals(12, padded.patches());
    assertArrayEquals(new int[] {12, 12}, padded.patchesPerImage());
    for (int image = 0; image < 2; image++) {
      assertArrayEquals(SelectorCalls.order(alone, image), SelectorCalls.order(padded, image));
    }
    Tokens more = at(0, 1, "dynamicvit").reduce(SelectorCalls.padded(tokens, 5, manager), site);
    assertEquals(16, more.patches());
    assertArrayEquals(new int[] {14, 14}, more.patchesPerImage());
  }

  /** methods.md, section 6.3. */
  @ParameterizedTest
  @CsvSource({"0.7, 137 96 67", "0.5, 98 49 24", "0.001, 1 1 1"})
  void publishedTokenCounts(double rate, String expected) {
    TokenCount count = TokenCount.exactly(196);
    StringBuilder counts = new StringBuilder();
    for (Reduction reduction :
        MethodCalls.sites("dynamicvit", DEIT_SMALL, rate, List.of(3, 6, 9), Map.of()).values()) {
      count = reduction.after(count);
      assertTrue(count.isExact());
      counts.append(counts.isEmpty() ? "" : " ").append(count.most());
    }
    assertEquals(expected, counts.toString());
  }

  @Test
  void predictorsCostWhatTheDocumentSays() {
    Reduction first = MethodCalls.sites("dynamicvit", DEIT_SMALL, 0.7, List.of(3), Map.of()).get(3);
    assertEquals(196L * (384 * 384 * 13 / 8 + 384 / 2), first.overhead(DEIT_SMALL, 196));
    long weights =
        MethodCalls.weights("dynamicvit", DEIT_SMALL, List.of(3, 6, 9)).values().stream()
            .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
            .sum();
    assertEquals(0.72, weights / 1e6, 0.005);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 10})
  void widthsWithoutQuartersAreRefused(int width) {
    Architecture odd = new Architecture("vit_custom", 32, 8, width, 6, 1, 48, 5, Design.VIT);
    assertThrows(
        IllegalArgumentException.class,
        () -> MethodCalls.sites("dynamicvit", odd, 0.7, List.of(3), Map.of()));
  }
}
