package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatTest {
  private static final Architecture SMALL = RandomNetworks.small(false);
  private static final int WIDTH = 5;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Reduction.AfterAttention at(
      String method, double keepRate, Map<String, Object> parameters) {
    return (Reduction.AfterAttention)
        MethodCalls.sites(method, SMALL, keepRate, List.of(3), parameters).get(3);
  }

  private static Tokens reduce(Reduction.AfterAttention reduction, Tokens tokens, NDArray row) {
    Site site = new Site(3, new long[tokens.batch()], Map.of());
    return reduction.reduce(tokens, RandomNetworks.classRow(row), site);
  }

  /** The example of methods.md, section 11: class token and eight patches. */
  private static Tokens example(NDManager manager) {
    float[] x = {
      0.5f, 0.5f, 1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 1.2f, -1, 0.2f, -0.8f, 0.3f, 0.7f, 0.7f, 2, -1
    };
    return Tokens.embedded(manager.create(x, new Shape(1, 9, 2)), 1);
  }

  private static NDArray exampleRow(NDManager manager) {
    float[] row = {.30f, .02f, .10f, .20f, .05f, .08f, .15f, .10f};
    return manager.create(row, new Shape(1, 8));
  }

  private float[] exampleAfter(Map<String, Object> parameters) {
    return reduce(at("bat", 0.5, parameters), example(manager), exampleRow(manager))
        .x()
        .get(":, 1:, :")
        .toFloatArray();
  }

  private static Tokens random(int batch, int specials, int patches, long seed, NDManager manager) {
    Shape shape = new Shape(batch, specials + patches, WIDTH);
    return Tokens.embedded(RandomNetworks.gaussian(shape, seed, manager), specials);
  }

  private static NDArray randomRow(int batch, int patches, long seed, NDManager manager) {
    return RandomNetworks.gaussian(new Shape(batch, patches), seed, manager).abs().div(patches);
  }

  @Test
  void publishedVector() {
    float[] expected = {1, 0, 0.066667f, 1.133333f, 0.7f, 0.7f, 0.416f, -0.256f};
    assertArrayEquals(expected, exampleAfter(Map.of()), 1e-6f);
    assertArrayEquals(expected, exampleAfter(Map.of("clusters", 1, "pairs", 1)), 1e-6f);
  }

  @Test
  void rowsOfTheAblation() {
    assertArrayEquals(
        new float[] {1, 0, 0.1f, 1.2f, 0.7f, 0.7f, 0, 1},
        exampleAfter(Map.of("ablation", "preserve")));
    float[] packed = {1, 0, 0.1f, 1.2f, 0.7f, 0.7f, 0.297143f, 0.102857f};
    assertArrayEquals(packed, exampleAfter(Map.of("ablation", "pack")), 1e-6f);
    assertArrayEquals(packed, exampleAfter(Map.of("ablation", "cluster")), 1e-6f);
  }

  @Test
  void fusedTokenIsThatOfEvit() {
    float[] tokens = exampleAfter(Map.of("fuse", true));
    assertEquals(5 * 2, tokens.length);
    assertArrayEquals(new float[] {0.104f, -0.064f}, Arrays.copyOfRange(tokens, 8, 10), 1e-6f);
    Tokens evit = reduce(at("evit", 0.5, Map.of()), example(manager), exampleRow(manager));
    assertArrayEquals(
        evit.x().get(":, 1:, :").toFloatArray(),
        exampleAfter(Map.of("ablation", "preserve", "fuse", true)),
        1e-6f);
  }

  @Test
  void rawWeightsAreClassAttention() {
    float[] tokens = exampleAfter(Map.of("normalise", false));
    float[] expected = {1, 0, 0.02f, 0.34f, 0.7f, 0.7f, 0.104f, -0.064f};
    assertArrayEquals(expected, tokens, 1e-6f);
  }

  @Test
  void maximumIsThatOfEveryChannel() {
    float[] tokens = exampleAfter(Map.of("merger", "max"));
    assertArrayEquals(new float[] {2, 0.3f}, Arrays.copyOfRange(tokens, 6, 8));
    float[] mean = exampleAfter(Map.of("merger", "average"));
    assertArrayEquals(new float[] {0.275f, -0.1f}, Arrays.copyOfRange(mean, 6, 8), 1e-6f);
  }

  @Test
  void diversityIsPlainMeansOfClusters() {
    Tokens reduced =
        reduce(
            at("diversity", 0.375, Map.of("neighbours", 3)), example(manager), exampleRow(manager));
    float[] expected = {0.5f, 0.5f, 1.15f, -0.05f, 0.05f, 1.1f, -0.9f, 0.25f};
    assertArrayEquals(expected, reduced.x().toFloatArray(), 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bat", "diversity"})
  void keepRateOneIsNothing(String method) {
    Tokens tokens = example(manager);
    assertSame(tokens, reduce(at(method, 1, Map.of()), tokens, exampleRow(manager)));
    assertSame(tokens, reduce(at(method, 0.9, Map.of()), tokens, exampleRow(manager)));
    assertEquals(TokenCount.exactly(8), at(method, 0.9, Map.of()).after(TokenCount.exactly(8)));
  }

  @Property(tries = 100)
  void asManyTokensGoOnAsAnnounced(
      @ForAll @IntRange(min = 1, max = 60) int patches,
      @ForAll @DoubleRange(min = 0.01, max = 1) double keepRate,
      @ForAll boolean fuse,
      @ForAll long seed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = random(1, 2, patches, seed, manager);
      NDArray row = randomRow(1, patches, seed, manager);
      int kept = Math.max(1, (int) Math.ceil(keepRate * patches));
      for (String scope : List.of("inattentive", "all")) {
        Reduction.AfterAttention bat = at("bat", keepRate, Map.of("fuse", fuse, "scope", scope));
        TokenCount after = bat.after(TokenCount.exactly(patches));
        assertEquals(TokenCount.exactly(kept + (fuse && kept < patches ? 1 : 0)), after);
        assertEquals(after.most(), reduce(bat, tokens, row).patches());
      }
      Reduction.AfterAttention diversity = at("diversity", keepRate, Map.of());
      assertEquals(TokenCount.exactly(kept), diversity.after(TokenCount.exactly(patches)));
      assertEquals(kept, reduce(diversity, tokens, row).patches());
    }
  }

  @Property(tries = 60)
  void imagesDoNotMeet(
      @ForAll @IntRange(min = 2, max = 40) int patches,
      @ForAll @DoubleRange(min = 0.1, max = 0.95) double keepRate,
      @ForAll long seed) {
    String merger = List.of("dpc", "average", "max", "kmeans").get(Math.floorMod(seed, 4));
    String overlap = List.of("disjoint", "merge", "bipartite").get(Math.floorMod(seed, 3));
    Reduction.AfterAttention bat =
        at("bat", keepRate, Map.of("merger", merger, "overlap", overlap, "pairs", patches / 4));
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = random(3, 1, patches, seed, manager).recordingSources();
      NDArray row = randomRow(3, patches, seed + 1, manager);
      NDArray order = manager.create(new long[] {2, 0, 1});
      Tokens together = reduce(bat, tokens, row);
      Tokens permuted =
          reduce(bat, Tokens.embedded(tokens.x().get(order), 1).recordingSources(), row.get(order));
      assertArrayEquals(sources(together).get(order).toIntArray(), sources(permuted).toIntArray());
      for (int image = 0; image < 3; image++) {
        Tokens alone =
            reduce(
                bat,
                Tokens.embedded(tokens.x().get(image).expandDims(0), 1).recordingSources(),
                row.get(image).expandDims(0));
        assertArrayEquals(sources(together).get(image).toIntArray(), sources(alone).toIntArray());
        int count = alone.count();
        assertEquals(count - 1, together.patchesPerImage()[image]);
        assertArrayEquals(
            alone.x().toFloatArray(),
            together.x().get("{}, :{}, :", image, count).toFloatArray(),
            1e-5f);
        int from = image == 2 ? 0 : image + 1;
        assertArrayEquals(
            alone.x().toFloatArray(),
            permuted.x().get("{}, :{}, :", from, count).toFloatArray(),
            1e-5f);
      }
    }
  }

  private static NDArray sources(Tokens tokens) {
    return tokens.sources().orElseThrow();
  }

  @Test
  void sharedTokensJoinAndOtherImagesGetPadding() {
    float[] alike = {0, 0, 1, 0, 1, 0.001f, 1, 0.002f, -1, 0, 0, 1, 0, -1, 3, 3, -3, 3};
    float[] apart = {0, 0, 1, 0, 1, 0.001f, 0, 1, 0.001f, 1, -1, 0, 0, -1, 3, 3, -3, 3};
    float[] both = new float[36];
    System.arraycopy(alike, 0, both, 0, 18);
    System.arraycopy(apart, 0, both, 18, 18);
    float[] row = {.2f, .19f, .18f, .17f, .16f, .15f, .01f, .02f};
    Tokens tokens = Tokens.embedded(manager.create(both, new Shape(2, 9, 2)), 1);
    NDArray rows =
        manager.create(row, new Shape(1, 8)).concat(manager.create(row, new Shape(1, 8)));
    Reduction.AfterAttention bat =
        at("bat", 0.75, Map.of("overlap", "merge", "clusters", 1, "pairs", 2));
    // K = 6 - 1 + 2 = 7 attentive tokens, so the last is the only inattentive one
    Tokens reduced = reduce(bat, tokens.recordingSources(), rows);
    assertEquals(TokenCount.exactly(6), bat.after(TokenCount.exactly(8)));
    assertEquals(6, reduced.patches());
    assertFalse(reduced.active().isPresent());
    assertArrayEquals(new int[] {0, 0, 0, 1, 2, 3, 5, 4}, sources(reduced).get(0).toIntArray());

    Reduction.AfterAttention three =
        at("bat", 0.625, Map.of("overlap", "merge", "clusters", 1, "pairs", 3));
    TokenCount after = three.after(TokenCount.exactly(8));
    assertEquals(new TokenCount(5, 6), after);
    Tokens ragged = reduce(three, tokens.recordingSources(), rows);
    assertArrayEquals(new int[] {6, 5}, ragged.patchesPerImage());
    assertTrue(ragged.active().isPresent());
    Tokens next = reduce(three, ragged, rows.get(":, :6"));
    assertArrayEquals(new int[] {4, 4}, next.patchesPerImage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpc", "average", "max", "spatial", "kmeans"})
  void equalTokensStayFinite(String merger) {
    Tokens tokens = Tokens.embedded(manager.ones(new Shape(2, 1 + 16, WIDTH)), 1);
    NDArray row = manager.zeros(new Shape(2, 16));
    for (String scope : List.of("inattentive", "all")) {
      Map<String, Object> parameters = new HashMap<>(Map.of("merger", merger, "scope", scope));
      for (double keepRate : new double[] {0.05, 0.3, 0.5, 0.9}) {
        Tokens reduced = reduce(at("bat", keepRate, parameters), tokens, row);
        for (float value : reduced.x().toFloatArray()) {
          assertEquals(1, value, 1e-6f);
        }
      }
    }
  }

  @Test
  void oneRemainingTokenIsLeftAlone() {
    Tokens tokens = random(2, 2, 1, 4, manager);
    assertSame(tokens, reduce(at("bat", 0.1, Map.of()), tokens, randomRow(2, 1, 4, manager)));
    assertSame(tokens, reduce(at("diversity", 0.1, Map.of()), tokens, randomRow(2, 1, 4, manager)));
  }

  @Test
  void distillationTokenIsProtected() {
    Tokens tokens = random(2, 2, 16, 5, manager);
    Tokens reduced = reduce(at("bat", 0.5, Map.of()), tokens, randomRow(2, 16, 5, manager));
    assertEquals(2, reduced.specials());
    assertArrayEquals(
        tokens.x().get(":, :2, :").toFloatArray(), reduced.x().get(":, :2, :").toFloatArray());
  }

  @Test
  void sizesAddUp() {
    Tokens plain = random(2, 1, 16, 6, manager);
    NDArray ones = manager.ones(new Shape(2, 17));
    Tokens tokens =
        new Tokens(plain.x(), 1, Optional.of(ones), true, Optional.empty(), Optional.empty());
    Tokens once = reduce(at("bat", 0.5, Map.of()), tokens, randomRow(2, 16, 6, manager));
    assertTrue(once.proportional());
    assertArrayEquals(new float[] {1, 1}, once.sizes().orElseThrow().get(":, 0").toFloatArray());
    assertArrayEquals(
        new float[] {17, 17}, once.sizes().orElseThrow().sum(new int[] {1}).toFloatArray());
    Tokens twice = reduce(at("bat", 0.5, Map.of()), once, randomRow(2, 8, 7, manager));
    assertArrayEquals(
        new float[] {17, 17}, twice.sizes().orElseThrow().sum(new int[] {1}).toFloatArray());
  }

  @Test
  void spatialPoolingRecordsSourcesItself() {
    Tokens tokens = random(2, 1, 16, 8, manager);
    Reduction.AfterAttention bat = at("bat", 0.5, Map.of("merger", "spatial"));
    Tokens once = reduce(bat, tokens, randomRow(2, 16, 8, manager));
    Tokens twice = reduce(bat, once, randomRow(2, 8, 9, manager));
    Tokens recorded = reduce(bat, tokens.recordingSources(), randomRow(2, 16, 8, manager));
    Tokens again = reduce(bat, recorded, randomRow(2, 8, 9, manager));
    assertArrayEquals(again.x().toFloatArray(), twice.x().toFloatArray());
  }

  @Test
  void noAttentiveTokensMeansNoAblation() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> at("bat", 0.5, Map.of("scope", "all", "ablation", "pack")));
    assertTrue(refused.getMessage().contains("ablation pack"), refused.getMessage());
  }
}
