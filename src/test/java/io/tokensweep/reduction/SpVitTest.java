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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpVitTest {
  private static final int HEADS = 3;
  private static final int WIDTH = 24;
  private static final Architecture SMALL = RandomNetworks.small(true);
  private static final List<Integer> SITES = List.of(1, 3, 4);
  private static final Map<String, HostTensor> WEIGHTS =
      PlainLayers.randomWeights(MethodCalls.weights("spvit", SMALL, SITES), 5);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Reduction.BeforeBlock at(int stage) {
    return (Reduction.BeforeBlock)
        MethodCalls.sites("spvit", SMALL, 1, SITES, Map.of()).get(SITES.get(stage));
  }

  /** One token of an image in the plain computation: which patches it holds, its features. */
  @SuppressWarnings("ArrayRecordComponent") // read only
  private record PlainToken(List<Integer> patches, double[] x, double size, boolean isPackage) {}

  private static double[] plainKeep(List<PlainToken> tokens, int stage) {
    PlainLayers layers = new PlainLayers(WEIGHTS);
    String predictor = "score_predictor." + stage;
    int d = WIDTH / HEADS;
    double[] keep = new double[tokens.size()];
    double[] gateSum = new double[tokens.size()];
    for (int head = 0; head < HEADS; head++) {
      int from = head * d;
      double[][] slices =
          tokens.stream()
              .map(token -> Arrays.copyOfRange(token.x, from, from + d))
              .toArray(double[][]::new);
      double[][] logits =
          layers.selector(
              slices, predictor + ".in_conv." + head, predictor + ".out_conv." + head, 0);
      for (int j = 0; j < keep.length; j++) {
        double gate = gates(layers, predictor, tokens.get(j).x)[head];
        keep[j] += gate * PlainLayers.first(logits[j]);
        gateSum[j] += gate;
      }
    }
    for (int j = 0; j < keep.length; j++) {
      keep[j] /= gateSum[j];
    }
    return keep;
  }

  private static double[] gates(PlainLayers layers, String predictor, double[] x) {
    double[] means = new double[HEADS];
    for (int c = 0; c < WIDTH; c++) {
      means[c / (WIDTH / HEADS)] += x[c] * HEADS / WIDTH;
    }
    double[] hidden = PlainLayers.gelu(layers.linear(predictor + ".senet.0", means));
    return Arrays.stream(layers.linear(predictor + ".senet.2", hidden))
        .map(PlainLayers::sigmoid)
        .toArray();
  }

  private static List<PlainToken> plainSite(List<PlainToken> tokens, int stage) {
    double[] keep = plainKeep(tokens, stage);
    List<PlainToken> after = new ArrayList<>();
    List<Integer> patches = new ArrayList<>();
    double[] x = new double[WIDTH];
    double size = 0;
    for (int j = 0; j < keep.length; j++) {
      PlainToken token = tokens.get(j);
      if (token.isPackage || keep[j] > 1 - keep[j]) {
        after.add(token);
      } else {
        patches.addAll(token.patches);
        size += token.size;
        for (int c = 0; c < WIDTH; c++) {
          x[c] += keep[j] * token.x[c];
        }
      }
    }
    if (!patches.isEmpty()) {
      after.add(new PlainToken(patches, x, size, true));
    }
    return after;
  }

  private static List<PlainToken> plain(Tokens tokens, int image) {
    double[][] x = SelectorCalls.features(tokens, image);
    List<PlainToken> plain = new ArrayList<>();
    for (int j = 0; j < x.length; j++) {
      plain.add(new PlainToken(List.of(j), x[j], tokens.specials() + 1.0 + j, false));
    }
    return plain;
  }

  /** Three sites in a row, with no block between them. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dropsWhatItWouldNotKeepAndPacksIt(boolean padding) {
    int batch = 4;
    Tokens given = SelectorCalls.random(batch, 2, 16, WIDTH, 1, manager);
    Tokens tokens = padding ? SelectorCalls.padded(given, 5, manager) : given;
    List<List<PlainToken>> expected = new ArrayList<>();
    for (int image = 0; image < batch; image++) {
      expected.add(plain(given, image));
    }
    for (int stage = 0; stage < 3; stage++) {
      tokens =
          at(stage).reduce(tokens, SelectorCalls.site(SITES.get(stage), batch, WEIGHTS, manager));
      for (int image = 0; image < batch; image++) {
        expected.set(image, plainSite(expected.get(image), stage));
        compare(expected.get(image), tokens, image);
      }
    }
    int[] counts = tokens.patchesPerImage();
    assertTrue(Arrays.stream(counts).distinct().count() > 1, Arrays.toString(counts));
  }

  private static void compare(List<PlainToken> expected, Tokens tokens, int image) {
    assertEquals(expected.size(), tokens.patchesPerImage()[image]);
    double[][] x = SelectorCalls.features(tokens, image);
    int[] sources = tokens.sources().orElseThrow().get(image).toIntArray();
    float[] sizes = tokens.sizes().orElseThrow().get(image).toFloatArray();
    for (int j = 0; j < x.length; j++) {
      PlainToken token = expected.get(j);
      assertArrayEquals(token.x, x[j], 1e-4);
      assertEquals(token.size, sizes[tokens.specials() + j]);
      for (int patch : token.patches) {
        assertEquals(j, sources[patch]);
      }
    }
  }

  /** With a bias that decides everything, nothing or all is dropped. */
  @Test
  void nothingDroppedIsNoPackageAndAllDroppedIsOne() {
    Tokens tokens = SelectorCalls.random(2, 1, 16, WIDTH, 1, manager);
    Tokens all = at(0).reduce(tokens, SelectorCalls.site(1, 2, biased(100), manager));
    assertArrayEquals(tokens.x().toFloatArray(), all.x().toFloatArray());
    Tokens none = at(0).reduce(tokens, SelectorCalls.site(1, 2, biased(-100), manager));
    assertEquals(1, none.patches());
    Tokens again = at(1).reduce(none, SelectorCalls.site(3, 2, WEIGHTS, manager));
    assertArrayEquals(none.x().toFloatArray(), again.x().toFloatArray());
  }

  private static Map<String, HostTensor> biased(float keep) {
    Map<String, HostTensor> weights = new HashMap<>(WEIGHTS);
    for (int head = 0; head < HEADS; head++) {
      weights.put(
          "score_predictor.0.out_conv." + head + ".4.bias",
          new HostTensor(new long[] {2}, new float[] {keep, 0}));
    }
    return weights;
  }

  @Test
  void countsAndCosts() {
    assertEquals(new TokenCount(1, 16), at(0).after(TokenCount.exactly(16)));
    assertEquals(new TokenCount(1, 16), at(1).after(new TokenCount(1, 16)));
    assertEquals(16 * (3 * (104 + 4) + 2 * 3), at(0).overhead(SMALL, 16));
  }

  @Test
  void headsThatCannotBeSplitAreRefused() {
    for (int heads : new int[] {1, 4}) {
      Architecture other = new Architecture("vit_custom", 32, 8, 24, 6, heads, 48, 5, Design.VIT);
      assertThrows(
          IllegalArgumentException.class,
          () -> MethodCalls.sites("spvit", other, 1, SITES, Map.of()));
    }
  }
}
