package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RandomDropTest {
  private static final Architecture SMALL = RandomNetworks.small(false);

  /** Draws are seeded: the tests below never change their mind. */
  private static final double SIGNIFICANCE = 0.001;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Reduction.BeforeBlock input(double keepRate, long seed) {
    return (Reduction.BeforeBlock)
        MethodCalls.sites(
                "random", SMALL, keepRate, List.of(1, 3), Map.of("mode", "input", "seed", seed))
            .get(0);
  }

  /** Patches that go on of each image in turn, ascending as they come. */
  private int[] kept(double keepRate, long seed, int block, int patches, long... imageKeys) {
    Tokens tokens = MethodCalls.numbered(imageKeys.length, 1, patches, manager);
    float[] x =
        input(keepRate, seed)
            .reduce(tokens, new Site(block, imageKeys, Map.of()))
            .x()
            .get(":, 1:, 0")
            .toFloatArray();
    int each = x.length / imageKeys.length;
    int[] kept = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      kept[i] = Math.round(x[i]) - 100 * (i / each);
    }
    return kept;
  }

  @Test
  void everyPatchIsEquallyLikely() {
    long[] observed = new long[16];
    for (int patch : kept(1.0 / 16, 5, 0, 16, LongStream.range(0, 8000).toArray())) {
      observed[patch]++;
    }
    assertUniform(observed);
  }

  @Test
  void everyPairIsEquallyLikely() {
    long[] observed = new long[8 * 7 / 2];
    int[] kept = kept(2.0 / 8, 6, 0, 8, LongStream.range(0, 8000).toArray());
    for (int i = 0; i < kept.length; i += 2) {
      observed[kept[i + 1] * (kept[i + 1] - 1) / 2 + kept[i]]++;
    }
    assertUniform(observed);
  }

  @Test
  void everySeedAndBlockDrawsUniformly() {
    long[] bySeed = new long[8];
    long[] byBlock = new long[8];
    for (int i = 0; i < 2000; i++) {
      bySeed[kept(1.0 / 8, i, 0, 8, 77)[0]]++;
      byBlock[kept(1.0 / 8, 1, i, 8, 77)[0]]++;
    }
    assertUniform(bySeed);
    assertUniform(byBlock);
  }

  private static void assertUniform(long[] observed) {
    double[] expected = new double[observed.length];
    Arrays.fill(expected, (double) Arrays.stream(observed).sum() / observed.length);
    double p = new ChiSquareTest().chiSquareTest(expected, observed);
    assertTrue(p > SIGNIFICANCE, () -> "p = " + p + " for " + Arrays.toString(observed));
  }

  @Test
  void drawDoesNotDependOnTheBatch() {
    int[] together = kept(0.5, 1, 3, 16, 10, 11, 12);
    assertArrayEquals(Arrays.copyOfRange(together, 8, 16), kept(0.5, 1, 3, 16, 11));
    assertArrayEquals(
        Arrays.copyOfRange(together, 16, 24),
        Arrays.copyOfRange(kept(0.5, 1, 3, 16, 12, 10), 0, 8));
  }

  @Test
  void drawDependsOnSeedImageAndBlock() {
    int[] drawn = kept(0.5, 1, 3, 16, 10);
    assertArrayEquals(drawn, kept(0.5, 1, 3, 16, 10));
    assertFalse(Arrays.equals(drawn, kept(0.5, 2, 3, 16, 10)));
    assertFalse(Arrays.equals(drawn, kept(0.5, 1, 4, 16, 10)));
    assertFalse(Arrays.equals(drawn, kept(0.5, 1, 3, 16, 11)));
  }

  @Test
  void orderStaysAndSpecialsAreProtected() {
    for (int specials = 1; specials <= 2; specials++) {
      Tokens tokens = MethodCalls.numbered(1, specials, 16, manager);
      float[] x =
          input(0.4, 9).reduce(tokens, new Site(0, new long[] {3}, Map.of())).x().toFloatArray();
      assertEquals(specials + 7, x.length);
      assertEquals(-1, x[specials - 1]);
      for (int i = specials; i < x.length; i++) {
        assertTrue(x[i] > x[i - 1]);
      }
    }
  }

  @Test
  void keepRateOneIsNothing() {
    Tokens tokens = MethodCalls.numbered(2, 1, 16, manager);
    assertSame(tokens, input(1, 0).reduce(tokens, new Site(0, new long[] {1, 2}, Map.of())));
  }

  @Test
  void sourcesFollowPatchesThroughSites() {
    Tokens tokens = MethodCalls.numbered(2, 1, 16, manager).recordingSources();
    for (int block = 0; block < 3; block++) {
      tokens = input(0.7, 4).reduce(tokens, new Site(block, new long[] {8, 9}, Map.of()));
      int[] sources = tokens.sources().orElseThrow().toIntArray();
      float[] x = tokens.x().get(":, 1:, 0").toFloatArray();
      int alive = 0;
      for (int i = 0; i < sources.length; i++) {
        if (sources[i] >= 0) {
          int image = i / 16;
          assertEquals(100 * image + i % 16, Math.round(x[image * tokens.patches() + sources[i]]));
          alive++;
        }
      }
      assertEquals(2 * tokens.patches(), alive);
    }
    assertEquals(7, tokens.patches());
  }
}
