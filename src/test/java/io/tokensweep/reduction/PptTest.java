package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Design;
import io.tokensweep.model.Need;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PptTest {
  private static final Architecture DEIT_SMALL =
      new Architecture("deit_small_patch16_224", 224, 16, 384, 12, 6, 1536, 1000, Design.VIT);
  private static final float[] EXAMPLE = {.30f, .02f, .10f, .20f, .05f, .08f, .15f, .10f};

  private static Reduction.AfterAttention step(long r, double threshold, boolean proportional) {
    return (Reduction.AfterAttention)
        MethodCalls.sites(
                "ppt",
                DEIT_SMALL,
                1,
                List.of(3),
                Map.of("r", r, "threshold", threshold, "proportional", proportional))
            .get(3);
  }

  private static Tokens reduce(Tokens tokens, AttentionView view, long r, double threshold) {
    return step(r, threshold, true)
        .reduce(tokens, view, new Site(3, new long[tokens.batch()], Map.of()));
  }

  private static AttentionView view(NDArray classRow, NDArray norms, NDArray keys) {
    return RandomNetworks.view(
        Map.of(Need.CLASS_ROW, classRow, Need.VALUE_NORMS, norms, Need.MEAN_KEYS, keys));
  }

  /** Equal value norms, so that scores are the class row as it is. */
  private static AttentionView view(NDArray classRow, int specials) {
    NDManager manager = classRow.getManager();
    Shape tokens = new Shape(classRow.getShape().get(0), specials + classRow.getShape().get(1));
    return view(
        classRow,
        manager.ones(tokens),
        RandomNetworks.gaussian(new Shape(tokens.get(0), tokens.get(1), 4), 5, manager));
  }

  @Test
  void publishedVariance() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray scores = Significance.of(view(manager.create(EXAMPLE, new Shape(1, 8)), 1));
      assertEquals(1, scores.sum().getFloat(), 1e-6);
      assertEquals(0.008114286, Significance.variances(scores)[0], 1e-9);
    }
  }

  @Test
  void significanceIsAttentionTimesValueNorm() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray row = manager.create(new float[] {.1f, .3f}, new Shape(1, 2));
      NDArray norms = manager.create(new float[] {9, 9, 3, 1}, new Shape(1, 4));
      NDArray scores = Significance.of(view(row, norms, norms));
      assertArrayEquals(new float[] {.5f, .5f}, scores.toFloatArray(), 1e-7f);
      NDArray none = Significance.of(view(row, manager.zeros(norms.getShape()), norms));
      assertArrayEquals(new float[] {0, 0}, none.toFloatArray());
    }
  }

  @Test
  void publishedTokenCounts() {
    TokenCount count = TokenCount.exactly(196);
    List<Integer> counts = new ArrayList<>();
    for (Reduction reduction :
        MethodCalls.sites("ppt", DEIT_SMALL, 1, List.of(3, 6, 9), Map.of()).values()) {
      count = reduction.after(count);
      assertTrue(count.isExact());
      counts.add(1 + count.most());
    }
    assertEquals(List.of(147, 97, 49), counts);
  }

  @Test
  void pruningKeepsTheMostSignificantInDescendingOrder() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int specials = 1; specials <= 2; specials++) {
        Tokens tokens = MethodCalls.numbered(1, specials, 8, manager).recordingSources();
        AttentionView view = view(manager.create(EXAMPLE, new Shape(1, 8)), specials);
        Tokens pruned = reduce(tokens, view, 3, 0.008);
        assertArrayEquals(
            new float[] {0, 3, 6, 2, 7},
            Arrays.copyOfRange(pruned.x().toFloatArray(), specials, specials + 5));
        assertArrayEquals(
            new int[] {0, -1, 3, 1, -1, -1, 2, 4}, pruned.sources().orElseThrow().toIntArray());
        assertEquals(5 + specials, pruned.sizes().orElseThrow().sum().getFloat());
        assertTrue(pruned.proportional());
        Tokens pooled = reduce(tokens, view, 3, 0.0082);
        assertEquals(8 + specials, pooled.sizes().orElseThrow().sum().getFloat());
        assertEquals(5, pooled.patches());
      }
    }
  }

  @Test
  void nothingToRemoveIsNothing() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = MethodCalls.numbered(1, 1, 8, manager);
      AttentionView view = view(manager.create(EXAMPLE, new Shape(1, 8)), 1);
      assertSame(tokens, reduce(tokens, view, 0, 0.008));
      Tokens one = MethodCalls.numbered(1, 1, 1, manager);
      assertSame(one, reduce(one, view(manager.ones(new Shape(1, 1)), 1), 50, 0.008));
    }
  }

  @Test
  void withoutProportionalAttentionSizesStartAnew() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = MethodCalls.numbered(1, 1, 8, manager);
      Tokens large =
          new Tokens(
              tokens.x(),
              1,
              Optional.of(manager.full(new Shape(1, 9), 4f)),
              false,
              Optional.empty(),
              Optional.empty());
      AttentionView view = view(manager.create(EXAMPLE, new Shape(1, 8)), 1);
      for (double threshold : new double[] {0, 1}) {
        Tokens reduced =
            step(3, threshold, false).reduce(large, view, new Site(3, new long[1], Map.of()));
        assertFalse(reduced.proportional());
        assertEquals(threshold == 0 ? 6 : 9, reduced.sizes().orElseThrow().sum().getFloat());
      }
    }
  }

  @Property(tries = 40, seed = "1")
  void eachImageIsTreatedAsIfAlone(
      @ForAll @IntRange(min = 2, max = 30) int patches,
      @ForAll @IntRange(min = 1, max = 20) int r,
      @ForAll @IntRange(min = 1, max = 2) int specials,
      @ForAll @IntRange(min = 1, max = 5) int batch,
      @ForAll long seed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      int count = specials + patches;
      Tokens tokens =
          new Tokens(
                  RandomNetworks.gaussian(new Shape(batch, count, 6), seed, manager),
                  specials,
                  Optional.of(
                      RandomNetworks.gaussian(new Shape(batch, count), seed + 1, manager)
                          .abs()
                          .mul(3)
                          .floor()
                          .add(1)),
                  true,
                  Optional.empty(),
                  Optional.empty())
              .recordingSources();
      NDArray row = RandomNetworks.gaussian(new Shape(batch, patches), seed + 2, manager).abs();
      NDArray norms = RandomNetworks.gaussian(new Shape(batch, count), seed + 3, manager).abs();
      NDArray keys = RandomNetworks.gaussian(new Shape(batch, count, 4), seed + 4, manager);
      double[] variances = Significance.variances(Significance.of(view(row, norms, keys)));
      double threshold = Math.min(1, Arrays.stream(variances).average().orElseThrow());
      Tokens together = reduce(tokens, view(row, norms, keys), r, threshold);
      assertEquals(patches - Math.min(r, patches / 2), together.patches());
      for (int image = 0; image < batch; image++) {
        int[] one = {image};
        AttentionView alone =
            view(ImageRows.take(row, one), ImageRows.take(norms, one), ImageRows.take(keys, one));
        Tokens expected = reduce(ImageRows.take(tokens, one), alone, r, threshold);
        Tokens actual = ImageRows.take(together, one);
        assertArrayEquals(expected.x().toFloatArray(), actual.x().toFloatArray(), 1e-6f);
        assertArrayEquals(
            expected.sizes().orElseThrow().toFloatArray(),
            actual.sizes().orElseThrow().toFloatArray());
        assertArrayEquals(
            expected.sources().orElseThrow().toIntArray(),
            actual.sources().orElseThrow().toIntArray());
        boolean pruned = variances[image] >= threshold;
        assertEquals(
            pruned,
            Arrays.stream(actual.sources().orElseThrow().toIntArray()).anyMatch(s -> s < 0));
      }
    }
  }
}
