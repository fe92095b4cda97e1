package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Design;
import io.tokensweep.model.Need;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.RowSelector;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The picks of both variants of ATS, against plain loops in double precision. */
class AtsTest {
  private static final Architecture DEIT_SMALL =
      new Architecture("deit_small_patch16_224", 224, 16, 384, 12, 6, 1536, 1000, Design.VIT);
  private static final int INITIAL = 196;

  private static Reduction.InsideAttention step(String method, double keepRate) {
    return (Reduction.InsideAttention)
        MethodCalls.sites(method, DEIT_SMALL, keepRate, List.of(3), Map.of()).get(3);
  }

  private static RowSelector.Rows select(
      Reduction.InsideAttention step, Tokens tokens, AttentionView view) {
    return step.selector(new Site(3, new long[tokens.batch()], Map.of())).select(tokens, view);
  }

  /** Patch tokens of each image that are no padding, in their order. */
  private static List<List<Integer>> kept(RowSelector.Rows rows, int specials) {
    int batch = (int) rows.indices().getShape().get(0);
    int count = (int) rows.indices().getShape().get(1);
    long[] indices = rows.indices().toLongArray();
    float[] active = rows.active().map(NDArray::toFloatArray).orElse(null);
    List<List<Integer>> images = new ArrayList<>();
    for (int image = 0; image < batch; image++) {
      List<Integer> own = new ArrayList<>();
      for (int row = 0; row < count; row++) {
        int i = image * count + row;
        if (row < specials) {
          assertEquals(row, indices[i]);
          assertTrue(active == null || active[i] == 1);
        } else if (active == null || active[i] == 1) {
          own.add((int) indices[i] - specials);
        }
      }
      images.add(own);
    }
    return images;
  }

  /** Random marks, at least one patch of each image real; specials always are. */
  private static boolean[][] marks(int batch, int patches, Random random) {
    boolean[][] real = new boolean[batch][patches];
    for (boolean[] image : real) {
      for (int j = 0; j < patches; j++) {
        image[j] = random.nextInt(4) > 0;
      }
      image[random.nextInt(patches)] = true;
    }
    return real;
  }

  private static Tokens tokens(boolean[][] real, int specials, NDManager manager) {
    int count = specials + real[0].length;
    float[] active = new float[real.length * count];
    for (int i = 0; i < active.length; i++) {
      active[i] = i % count < specials || real[i / count][i % count - specials] ? 1 : 0;
    }
    Shape shape = new Shape(real.length, count);
    return new Tokens(
        manager.ones(new Shape(real.length, count, 1)),
        specials,
        Optional.empty(),
        false,
        Optional.of(manager.create(active, shape)),
        Optional.empty());
  }

  private static int nearest(List<Double> values, double level) {
    int nearest = 0;
    for (int j = 1; j < values.size(); j++) {
      if (Math.abs(level - values.get(j)) < Math.abs(level - values.get(nearest))) {
        nearest = j;
      }
    }
    return nearest;
  }

  @Property(tries = 60, seed = "1")
  void officialPicksAreThoseOfPlainLoops(
      @ForAll @IntRange(min = 2, max = 40) int patches,
      @ForAll @IntRange(min = 1, max = 2) int specials,
      @ForAll @IntRange(min = 1, max = 4) int batch,
      @ForAll long seed) {
    Random random = new Random(seed);
    try (NDManager manager = NDManager.newBaseManager()) {
      boolean[][] real = marks(batch, patches, random);
      float[] row = new float[batch * patches];
      for (int i = 0; i < row.length; i++) {
        float attention = (float) Math.exp(2 * random.nextGaussian());
        row[i] = real[i / patches][i % patches] ? attention : 0;
      }
      NDArray norms =
          RandomNetworks.gaussian(new Shape(batch, specials + patches), seed, manager).abs();
      AttentionView view =
          RandomNetworks.view(
              Map.of(
                  Need.CLASS_ROW,
                  manager.create(row, new Shape(batch, patches)),
                  Need.VALUE_NORMS,
                  norms));
      float[] scores = Significance.of(view).toFloatArray();
      List<List<Integer>> kept =
          kept(select(step("ats", 1), tokens(real, specials, manager), view), specials);
      for (int image = 0; image < batch; image++) {
        float[] own = Arrays.copyOfRange(scores, image * patches, (image + 1) * patches);
        List<Integer> expected = official(own, real[image]);
        assertEquals(expected, kept.get(image));
        assertTrue(kept.get(image).size() <= patches);
      }
    }
  }

  /** methods.md 6.11, first half; the N0 = n_ref - 1 levels are k = 0 … n_ref - 2. */
  private static List<Integer> official(float[] scores, boolean[] real) {
    List<Integer> ascending = new ArrayList<>();
    for (int j = 0; j < scores.length; j++) {
      if (real[j]) {
        ascending.add(j);
      }
    }
    ascending.sort((a, b) -> Float.compare(scores[a], scores[b]));
    if (ascending.size() == 1) {
      return ascending;
    }
    List<Double> sums = new ArrayList<>();
    double sum = 0;
    for (int j : ascending) {
      sum += scores[j];
      sums.add(sum);
    }
    double least = sums.get(0);
    List<Double> c =
        sums.stream().map(s -> (s - least) / (sums.get(sums.size() - 1) - least)).toList();
    double first = c.stream().filter(value -> value != 0).mapToDouble(v -> v).min().orElseThrow();
    int reference = INITIAL + 1;
    TreeSet<Integer> picks = new TreeSet<>();
    for (int k = 0; k <= reference - 2; k++) {
      picks.add(nearest(c, first + k * (1 - first) / (reference - 2)));
    }
    return picks.stream().map(ascending::get).toList();
  }

  @Property(tries = 60, seed = "2")
  void stagedPicksAreThoseOfPlainLoops(
      @ForAll @IntRange(min = 2, max = 40) int patches,
      @ForAll @IntRange(min = 1, max = 2) int specials,
      @ForAll @IntRange(min = 1, max = 4) int batch,
      @ForAll @IntRange(min = 1, max = 60) int tokens,
      @ForAll long seed) {
    Random random = new Random(seed);
    int heads = 3;
    try (NDManager manager = NDManager.newBaseManager()) {
      boolean[][] real = marks(batch, patches, random);
      float[] row = new float[batch * heads * patches];
      for (int i = 0; i < row.length; i++) {
        float attention = (float) Math.exp(2 * random.nextGaussian());
        row[i] = real[i / patches / heads][i % patches] ? attention : 0;
      }
      NDArray norms =
          RandomNetworks.gaussian(new Shape(batch, heads, specials + patches), seed, manager).abs();
      float[] norm = norms.toFloatArray();
      AttentionView view =
          RandomNetworks.view(
              Map.of(
                  Need.CLASS_ROW_PER_HEAD,
                  manager.create(row, new Shape(batch, heads, patches)),
                  Need.VALUE_NORMS_PER_HEAD,
                  norms));
      Reduction.InsideAttention step = step("ats_staged", (tokens + 0.5) / INITIAL);
      RowSelector.Rows rows = select(step, tokens(real, specials, manager), view);
      List<List<Integer>> kept = kept(rows, specials);
      for (int image = 0; image < batch; image++) {
        double[] scores = new double[patches];
        for (int head = 0; head < heads; head++) {
          for (int j = 0; j < patches; j++) {
            int i = (image * heads + head) * patches + j;
            scores[j] +=
                (double) row[i]
                    * norm[(image * heads + head) * (specials + patches) + specials + j];
          }
        }
        assertEquals(staged(scores, real[image], tokens + 1), kept.get(image));
      }
      TokenCount after = step.after(TokenCount.exactly(patches));
      assertTrue(after.least() == 1 && after.most() <= Math.min(patches, tokens + 1));
    }
  }

  /** methods.md 6.11, second half, with the levels of torch.arange. */
  private static List<Integer> staged(double[] scores, boolean[] real, int samples) {
    double total = Arrays.stream(scores).sum() + 1e-6;
    List<Integer> ascending = new ArrayList<>();
    List<Double> sums = new ArrayList<>();
    double sum = 0;
    for (int j = 0; j < scores.length; j++) {
      if (real[j]) {
        sum += scores[j] / total;
        ascending.add(j);
        sums.add(sum);
      }
    }
    TreeSet<Integer> picks = new TreeSet<>();
    int count = AtsStaged.levels(samples).length;
    for (int i = 0; i < count; i++) {
      picks.add(nearest(sums, (2 * i + 1) / (2.0 * samples)));
    }
    return picks.stream().map(ascending::get).toList();
  }

  /** Lengths of torch.arange(1/(2K), (2K-1)/(2K), 2/(2K)) in Python. */
  @ParameterizedTest
  @CsvSource({"2, 1", "3, 3", "4, 3", "7, 7", "13, 12", "45, 44", "65, 64"})
  void levelsEndAheadOfTheLastButForRounding(int samples, int count) {
    double[] levels = AtsStaged.levels(samples);
    assertEquals(count, levels.length);
    for (int i = 0; i < count; i++) {
      assertEquals((2 * i + 1) / (2.0 * samples), levels[i], 1e-7);
    }
  }

  @Test
  void actsFromTheFirstSiteOnOrAtTheSites() {
    assertEquals(
        List.of(3, 4, 5, 6, 7, 8, 9, 10, 11),
        List.copyOf(MethodCalls.sites("ats", DEIT_SMALL, 1, List.of(3, 6, 9), Map.of()).keySet()));
    assertTrue(MethodCalls.sites("ats", DEIT_SMALL, 1, List.of(), Map.of()).isEmpty());
    assertEquals(
        List.of(3, 6, 9),
        List.copyOf(
            MethodCalls.sites("ats_staged", DEIT_SMALL, .7, List.of(3, 6, 9), Map.of()).keySet()));
  }

  @Test
  void scoresThatSayNothingKeepAllAndTiesGoToTheFirst() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = MethodCalls.numbered(3, 1, 4, manager);
      float[] row = {0, 0, 0, 0, .1f, .1f, .1f, .1f, 0, 0, 0, 1};
      AttentionView view =
          RandomNetworks.view(
              Map.of(
                  Need.CLASS_ROW,
                  manager.create(row, new Shape(3, 4)),
                  Need.VALUE_NORMS,
                  manager.ones(new Shape(3, 5))));
      RowSelector.Rows rows = select(step("ats", 1), tokens, view);
      assertEquals(List.of(List.of(0, 1, 2, 3), List.of(1, 2, 3), List.of(3)), kept(rows, 1));
      assertArrayEquals(
          new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0},
          rows.active().orElseThrow().toFloatArray());
      Tokens one = MethodCalls.numbered(1, 1, 1, manager);
      AttentionView lone =
          RandomNetworks.view(
              Map.of(
                  Need.CLASS_ROW, manager.ones(new Shape(1, 1)),
                  Need.VALUE_NORMS, manager.ones(new Shape(1, 2))));
      assertEquals(List.of(List.of(0)), kept(select(step("ats", 1), one, lone), 1));
    }
  }
}
