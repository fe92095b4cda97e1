package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.PlainNetwork;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.MethodCalls;
import io.tokensweep.reduction.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AdaViT computes what its definition says, and every image gets what it gets alone. */
class AdaVitForwardTest {
  private static final Architecture ARCHITECTURE = PlainForward.ofDepth(5, false);
  private static final int BATCH = 4;

  private static Map<String, HostTensor> weights(long seed) {
    return RandomNetworks.weights(ARCHITECTURE, MethodCalls.weights("adavit", ARCHITECTURE), seed);
  }

  private static SortedMap<Integer, Reduction> sites(boolean tokenWithMlp, boolean headWithMlp) {
    return MethodCalls.sites(
        "adavit",
        ARCHITECTURE,
        1,
        List.of(),
        Map.of("token_with_mlp", tokenWithMlp, "head_with_mlp", headWithMlp));
  }

  /** What one image used of one block. */
  private record Used(int attended, int heads, int forwarded) {}

  /** With masks and zeros, no token ever left out. */
  private static double[] plain(
      PlainNetwork network,
      float[] pixels,
      boolean tokenWithMlp,
      boolean headWithMlp,
      List<Used> used) {
    double[][] x = network.embed(pixels);
    for (int block = 0; block < ARCHITECTURE.depth(); block++) {
      String name = "blocks." + block + ".";
      double[][] normed = network.norm(x, name + "norm1");
      double[][] tokenLogits = network.linear(normed, name + "attn.token_select.mlp_head");
      boolean[] runs = new boolean[x.length];
      for (int token = 0; token < runs.length; token++) {
        runs[token] = token == 0 || tokenLogits[token][0] > Math.log(0.6 / 0.4);
      }
      boolean[] heads = {true, true, true};
      boolean[] halves = {true, true};
      if (block > 0) {
        double[][] classToken = {x[0]};
        double[] headLogits = network.linear(classToken, name + "head_select.mlp_head")[0];
        double[] halfLogits = network.linear(classToken, name + "layer_select.mlp_head")[0];
        for (int head = 0; head < heads.length; head++) {
          heads[head] = headLogits[head] > 0;
        }
        for (int half = 0; half < halves.length; half++) {
          halves[half] = halfLogits[half] > 0;
        }
      }
      double[][] attention =
          network
              .attention(normed, block, (q, k) -> q == k || (runs[q] && runs[k]), heads)
              .update();
      for (int token = 0; token < x.length; token++) {
        if (halves[0] && runs[token]) {
          x[token] = PlainNetwork.plus(x[token], attention[token]);
        }
      }
      double[][] input = network.norm(x, name + "norm2");
      for (double[] row : input) {
        for (int c = 0; c < row.length; c++) {
          row[c] *= headWithMlp && !heads[c / ARCHITECTURE.headWidth()] ? 0 : 1;
        }
      }
      double[][] ffn = network.ffn(input, block);
      for (int token = 0; token < x.length; token++) {
        if (halves[1] && (runs[token] || !tokenWithMlp)) {
          x[token] = PlainNetwork.plus(x[token], ffn[token]);
        }
      }
      used.add(
          new Used(
              halves[0] ? count(runs) : 0,
              halves[0] ? count(heads) : 0,
              halves[1] ? tokenWithMlp ? count(runs) : x.length : 0));
    }
    return network.logits(x[0]);
  }

  private static int count(boolean[] marks) {
    int count = 0;
    for (boolean mark : marks) {
      count += mark ? 1 : 0;
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void agreesWithAPlainComputation(boolean tokenWithMlp, boolean headWithMlp) {
    Set<Used> seen = new HashSet<>();
    for (long seed = 1; seed <= 3; seed++) {
      Map<String, HostTensor> weights = weights(seed);
      PlainNetwork plain = new PlainNetwork(ARCHITECTURE, weights);
      try (NDManager manager = NDManager.newBaseManager()) {
        VisionTransformer network = RandomNetworks.network(ARCHITECTURE, weights, manager);
        NDArray pixels = RandomNetworks.images(ARCHITECTURE, BATCH, seed, manager);
        Variant variant = new Variant("adavit", sites(tokenWithMlp, headWithMlp), 2);
        new Evaluator(network, List.of(variant))
            .evaluate(
                pixels,
                new long[BATCH],
                (any, outcome) -> {
                  for (int image = 0; image < BATCH; image++) {
                    List<Used> used = new ArrayList<>();
                    double[] expected =
                        plain(
                            plain,
                            PlainForward.image(pixels, image),
                            tokenWithMlp,
                            headWithMlp,
                            used);
                    assertArrayEquals(
                        PlainForward.narrow(expected),
                        PlainForward.row(outcome.logits(), image, ARCHITECTURE.classes()),
                        PlainForward.ROUNDING);
                    assertEquals(used, used(outcome.flow(), image));
                    seen.addAll(used);
                  }
                });
      }
    }
    assertTrue(seen.size() > 10, seen::toString);
    assertTrue(seen.stream().anyMatch(used -> used.attended == 0), seen::toString);
    assertTrue(seen.stream().anyMatch(used -> used.forwarded == 0), seen::toString);
  }

  private static List<Used> used(Outcome.Flow flow, int image) {
    List<Used> used = new ArrayList<>();
    for (int block = 0; block < flow.attended().length; block++) {
      used.add(
          new Used(
              flow.attended()[block][image],
              flow.heads()[block][image],
              flow.forwarded()[block][image]));
    }
    return used;
  }

  @Test
  void imagesAreIndependent() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(ARCHITECTURE, weights(1), manager);
      PlainForward.assertImagesAreIndependent(
          network, sites(true, true), RandomNetworks.images(ARCHITECTURE, BATCH, 1, manager));
    }
  }

  /** With a policy that always says the same. */
  private static float[] decided(float bias, NDManager manager) {
    Map<String, HostTensor> weights = new LinkedHashMap<>(weights(1));
    MethodCalls.weights("adavit", ARCHITECTURE)
        .forEach(
            (name, shape) -> {
              float[] values = new float[weights.get(name).data().length];
              Arrays.fill(values, name.endsWith("bias") ? bias : 0);
              weights.put(name, new HostTensor(weights.get(name).shape(), values));
            });
    return PlainForward.logits(
        RandomNetworks.network(ARCHITECTURE, weights, manager),
        sites(true, true),
        RandomNetworks.images(ARCHITECTURE, 2, 1, manager));
  }

  @Test
  void policiesThatUseEverythingAreTheBackbone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(ARCHITECTURE, weights(1), manager);
      NDArray pixels = RandomNetworks.images(ARCHITECTURE, 2, 1, manager);
      assertArrayEquals(
          network.logits(pixels).toFloatArray(), decided(10, manager), PlainForward.ROUNDING);
    }
  }

  @Test
  void policiesThatUseNothingLeaveTheClassTokenOfBlockZero() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (float logit : decided(-10, manager)) {
        assertTrue(Float.isFinite(logit));
      }
      assertArrayEquals(decided(-10, manager), decided(-20, manager));
    }
  }
}
