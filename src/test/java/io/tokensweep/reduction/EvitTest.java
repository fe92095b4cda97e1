package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvitTest {
  private static final Architecture DEIT_SMALL =
      new Architecture("deit_small_patch16_224", 224, 16, 384, 12, 6, 1536, 1000, Design.VIT);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Reduction.AfterAttention at(double keepRate, boolean fuse) {
    return (Reduction.AfterAttention)
        MethodCalls.sites("evit", DEIT_SMALL, keepRate, List.of(3), Map.of("fuse", fuse)).get(3);
  }

  private static Site site(int block, int batch) {
    return new Site(block, new long[batch], Map.of());
  }

  /** The example of methods.md, section 11: class token and eight patches. */
  private Tokens example() {
    float[] x = {
      0.5f, 0.5f, 1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 1.2f, -1, 0.2f, -0.8f, 0.3f, 0.7f, 0.7f, 2, -1
    };
    return Tokens.embedded(manager.create(x, new Shape(1, 9, 2)), 1);
  }

  private NDArray exampleRow() {
    float[] row = {.30f, .02f, .10f, .20f, .05f, .08f, .15f, .10f};
    return manager.create(row, new Shape(1, 8));
  }

  @Test
  void publishedVector() {
    Tokens reduced =
        at(0.5, true).reduce(example(), RandomNetworks.classRow(exampleRow()), site(3, 1));
    float[] expected = {0.5f, 0.5f, 1, 0, 0.1f, 1.2f, 0.7f, 0.7f, 0, 1, 0.104f, -0.064f};
    assertArrayEquals(expected, reduced.x().toFloatArray(), 1e-6f);
  }

  @Test
  void withoutFusingTheRestIsGone() {
    Tokens reduced =
        at(0.5, false).reduce(example(), RandomNetworks.classRow(exampleRow()), site(3, 1));
    float[] expected = {0.5f, 0.5f, 1, 0, 0.1f, 1.2f, 0.7f, 0.7f, 0, 1};
    assertArrayEquals(expected, reduced.x().toFloatArray());
  }

  /** methods.md, table 8.5. */
  @ParameterizedTest
  @CsvSource({
    "0.9, 177 160 144, 178 162 147",
    "0.8, 157 126 101, 158 128 104",
    "0.7, 138 97 68, 139 99 71",
    "0.6, 118 71 43, 119 73 45",
    "0.5, 98 49 25, 99 51 27",
    "0.4, 79 32 13, 80 33 15",
    "0.3, 59 18 6, 60 19 7",
    "0.2, 40 8 2, 41 10 3"
  })
  void publishedTokenCounts(double keepRate, String dropping, String fusing) {
    assertEquals(dropping, counts(keepRate, false));
    assertEquals(fusing, counts(keepRate, true));
  }

  private static String counts(double keepRate, boolean fuse) {
    TokenCount count = TokenCount.exactly(196);
    StringBuilder counts = new StringBuilder();
    for (Reduction reduction :
        MethodCalls.sites("evit", DEIT_SMALL, keepRate, List.of(3, 6, 9), Map.of("fuse", fuse))
            .values()) {
      count = reduction.after(count);
      assertTrue(count.isExact());
      counts.append(counts.isEmpty() ? "" : " ").append(count.most());
    }
    return counts.toString();
  }

  @Test
  void countsAreCeilingsOfDoubles() {
    assertEquals(56, at(0.55, false).after(TokenCount.exactly(100)).most());
    assertEquals(1, at(0.001, false).after(TokenCount.exactly(100)).most());
  }

  @Test
  void keepRateOneIsNothing() {
    Tokens tokens = example();
    for (boolean fuse : new boolean[] {false, true}) {
      assertSame(
          tokens, at(1, fuse).reduce(tokens, RandomNetworks.classRow(exampleRow()), site(3, 1)));
      assertEquals(8, at(1, fuse).after(TokenCount.exactly(8)).most());
    }
  }

  @Test
  void ceilingThatReachesAllIsNothing() {
    Tokens tokens = example();
    assertSame(
        tokens, at(0.9, true).reduce(tokens, RandomNetworks.classRow(exampleRow()), site(3, 1)));
    assertEquals(8, at(0.9, true).after(TokenCount.exactly(8)).most());
  }

  @Test
  void equalScoresGoToTheLowerIndex() {
    Tokens tokens = MethodCalls.numbered(1, 1, 6, manager);
    NDArray row = manager.create(new float[] {.1f, .2f, .1f, .2f, .1f, 0}, new Shape(1, 6));
    Tokens reduced = at(0.5, false).reduce(tokens, RandomNetworks.classRow(row), site(3, 1));
    assertArrayEquals(new float[] {-1, 1, 3, 0}, reduced.x().toFloatArray());
  }

  @Test
  void distillationTokenIsProtected() {
    Tokens tokens = MethodCalls.numbered(2, 2, 6, manager);
    NDArray row = RandomNetworks.gaussian(new Shape(2, 6), 1, manager).abs();
    Tokens reduced = at(0.3, true).reduce(tokens, RandomNetworks.classRow(row), site(3, 2));
    assertEquals(2, reduced.specials());
    assertEquals(2 + 2 + 1, reduced.count());
    assertArrayEquals(new float[] {-1, -1, -1, -1}, reduced.x().get(":, :2, 0").toFloatArray());
  }

  @Test
  void imagesDoNotMeet() {
    Tokens tokens = MethodCalls.numbered(3, 1, 20, manager);
    NDArray row = RandomNetworks.gaussian(new Shape(3, 20), 2, manager).abs();
    Tokens together = at(0.4, true).reduce(tokens, RandomNetworks.classRow(row), site(3, 3));
    for (int image = 0; image < 3; image++) {
      Tokens alone =
          at(0.4, true)
              .reduce(
                  Tokens.embedded(tokens.x().get(image).expandDims(0), 1),
                  RandomNetworks.classRow(row.get(image).expandDims(0)),
                  site(3, 1));
      assertArrayEquals(alone.x().toFloatArray(), together.x().get(image).toFloatArray(), 1e-4f);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 0.6", "false, 0.6", "true, 0.35"})
  void sourcesFollowPatchesThroughSites(boolean fuse, double keepRate) {
    int patches = 16;
    int batch = 2;
    Tokens tokens = MethodCalls.numbered(batch, 2, patches, manager).recordingSources();
    int[][] expected = new int[batch][patches];
    for (int[] image : expected) {
      Arrays.setAll(image, patch -> patch);
    }
    for (int round = 0; round < 3; round++) {
      int before = tokens.patches();
      NDArray row = RandomNetworks.gaussian(new Shape(batch, before), round, manager).abs();
      tokens = at(keepRate, fuse).reduce(tokens, RandomNetworks.classRow(row), site(3, batch));
      int kept = (int) Math.ceil(keepRate * before);
      for (int image = 0; image < batch; image++) {
        follow(expected[image], row.get(image).toFloatArray(), kept, fuse);
      }
      int[] flat = Arrays.stream(expected).flatMapToInt(Arrays::stream).toArray();
      assertArrayEquals(flat, tokens.sources().orElseThrow().toIntArray());
    }
  }

  /** New token of every patch, by definition. */
  private static void follow(int[] tokenOf, float[] scores, int kept, boolean fuse) {
    TreeSet<Integer> order =
        new TreeSet<>(
            (a, b) -> scores[a] != scores[b] ? Float.compare(scores[b], scores[a]) : a - b);
    for (int token = 0; token < scores.length; token++) {
      order.add(token);
    }
    List<Integer> ranked = List.copyOf(order);
    for (int patch = 0; patch < tokenOf.length; patch++) {
      if (tokenOf[patch] >= 0) {
        int rank = ranked.indexOf(tokenOf[patch]);
        tokenOf[patch] = rank < kept || kept >= scores.length ? rank : fuse ? kept : -1;
      }
    }
  }
}
