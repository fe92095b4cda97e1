package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SviteTest {
  private static final Architecture SMALL = RandomNetworks.small(true);
  private static final Map<String, HostTensor> WEIGHTS =
      PlainLayers.randomWeights(MethodCalls.weights("svite", SMALL, List.of()), 5);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Reduction.BeforeBlock at(double rate) {
    return (Reduction.BeforeBlock)
        MethodCalls.sites("svite", SMALL, rate, List.of(3), Map.of()).get(0);
  }

  /** The log-softmax that the official code sorts by, the class token's score included. */
  private static double[] plainScores(double[][] x, double[] classToken) {
    float[] weight = WEIGHTS.get("gumbel.weight").data();
    double[] scores = new double[x.length];
    double sum = Math.exp(product(classToken, weight));
    for (int j = 0; j < x.length; j++) {
      scores[j] = product(x[j], weight);
      sum += Math.exp(scores[j]);
    }
    for (int j = 0; j < x.length; j++) {
      scores[j] -= Math.log(sum);
    }
    return scores;
  }

  private static double product(double[] x, float[] weight) {
    return IntStream.range(0, x.length).mapToDouble(c -> x[c] * weight[c]).sum();
  }

  @Test
  void highestScoresGoOnInTheOrderOfTheImage() {
    Tokens tokens = SelectorCalls.random(3, 2, 16, 24, 1, manager);
    Tokens reduced = at(0.7).reduce(tokens, SelectorCalls.site(0, 3, WEIGHTS, manager));
    assertEquals(11, reduced.patches());
    assertArrayEquals(
        tokens.x().get(":, :2").toFloatArray(), reduced.x().get(":, :2").toFloatArray());
    for (int image = 0; image < 3; image++) {
      double[] scores = plainScores(SelectorCalls.features(tokens, image), new double[24]);
      int[] expected =
          IntStream.range(0, 16)
              .boxed()
              .sorted(Comparator.comparingDouble(token -> -scores[token]))
              .limit(11)
              .mapToInt(Integer::intValue)
              .sorted()
              .toArray();
      assertArrayEquals(expected, SelectorCalls.order(reduced, image));
    }
  }

  @Test
  void countsAreFloorsOfDoubles() {
    assertEquals(11, at(0.7).after(TokenCount.exactly(16)).most());
    assertEquals(1, at(0.01).after(TokenCount.exactly(16)).most());
    assertEquals(16 * 24, at(0.7).overhead(SMALL, 16));
  }

  @Test
  void keepRateOneIsNothing() {
    Tokens tokens = SelectorCalls.random(1, 2, 16, 24, 1, manager);
    assertSame(tokens, at(1).reduce(tokens, SelectorCalls.site(0, 1, WEIGHTS, manager)));
  }
}
