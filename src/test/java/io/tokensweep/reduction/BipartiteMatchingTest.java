package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Need;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BipartiteMatchingTest {
  private static final int WIDTH = 5;

  private static Tokens merged(Tokens tokens, NDArray keys, int r) {
    return new MergeTokens(r, true)
        .reduce(
            tokens,
            RandomNetworks.view(Map.of(Need.MEAN_KEYS, keys)),
            new Site(0, new long[tokens.batch()], Map.of()));
  }

  /** The example of methods.md, section 11: class token and eight patches. */
  private static Tokens example(NDManager manager) {
    float[] x = {
      0.5f, 0.5f, 1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 1.2f, -1, 0.2f, -0.8f, 0.3f, 0.7f, 0.7f, 2, -1
    };
    return Tokens.embedded(manager.create(x, new Shape(1, 9, 2)), 1);
  }

  @Test
  void publishedVectors() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = example(manager);
      Tokens three = merged(tokens, tokens.x(), 3);
      assertArrayEquals(
          new float[] {.5f, .5f, 2, -1, .95f, .05f, .05f, 1.1f, -.9f, .25f, .7f, .7f},
          three.x().toFloatArray(),
          1e-6f);
      assertArrayEquals(new float[] {1, 1, 2, 2, 2, 1}, three.sizes().orElseThrow().toFloatArray());
      Tokens clipped = merged(tokens, tokens.x(), 5);
      assertArrayEquals(
          new float[] {.5f, .5f, 1.3f, -.3f, .05f, 1.1f, -.9f, .25f, .7f, .7f},
          clipped.x().toFloatArray(),
          1e-6f);
      assertArrayEquals(new float[] {1, 3, 2, 2, 1}, clipped.sizes().orElseThrow().toFloatArray());
    }
  }

  @Test
  void equalTokensMergeFromTheFrontIntoTheFirst() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = MethodCalls.numbered(1, 1, 6, manager).recordingSources();
      NDArray equalKeys = manager.ones(new Shape(1, 7, 3));
      Tokens two = merged(tokens, equalKeys, 2);
      // positions 2 and 4, that is patches 1 and 3, go into position 1, that is patch 0
      assertArrayEquals(new int[] {1, 1, 2, 1, 3, 0}, two.sources().orElseThrow().toIntArray());
      assertArrayEquals(new float[] {-1, 5, 4 / 3f, 2, 4}, two.x().toFloatArray(), 1e-6f);
    }
  }

  @Test
  void keysWithoutDirectionAreNoTrouble() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = MethodCalls.numbered(1, 1, 6, manager);
      Tokens reduced = merged(tokens, manager.zeros(new Shape(1, 7, 3)), 2);
      assertArrayEquals(new float[] {-1, 5, 4 / 3f, 2, 4}, reduced.x().toFloatArray(), 1e-6f);
    }
  }

  @Test
  void specialsStayInFrontAndAlone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int specials = 1; specials <= 2; specials++) {
        Tokens tokens = MethodCalls.numbered(1, specials, 6, manager);
        Tokens reduced = merged(tokens, manager.ones(new Shape(1, specials + 6, 3)), 3);
        float[] x = reduced.x().toFloatArray();
        float[] sizes = reduced.sizes().orElseThrow().toFloatArray();
        for (int token = 0; token < reduced.count(); token++) {
          assertEquals(token < specials, x[token] == -1);
        }
        assertEquals(1, sizes[specials - 1]);
        assertEquals(specials, reduced.specials());
      }
    }
  }

  @Test
  void oneTokenHasNoPartner() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int patches = 0; patches <= 1; patches++) {
        Tokens tokens = MethodCalls.numbered(2, 1, patches, manager);
        assertSame(tokens, merged(tokens, tokens.x(), 4));
      }
    }
  }

  /** A token as the definition sees it. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Group(int position, double[] sum, double size, List<Integer> patches) {
    Group with(Group other) {
      double[] both = sum.clone();
      Arrays.setAll(both, c -> both[c] + other.sum[c]);
      List<Integer> all = new ArrayList<>(patches);
      all.addAll(other.patches);
      return new Group(position, both, size + other.size, all);
    }
  }

  @Property(tries = 60, seed = "1")
  void agreesWithTheDefinition(
      @ForAll @IntRange(min = 2, max = 40) int patches,
      @ForAll @IntRange(min = 1, max = 25) int r,
      @ForAll @IntRange(min = 1, max = 2) int specials,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll long seed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Shape shape = new Shape(batch, specials + patches, WIDTH);
      NDArray keys = RandomNetworks.gaussian(shape, seed, manager);
      NDArray sizes =
          RandomNetworks.gaussian(new Shape(batch, specials + patches), seed + 1, manager)
              .abs()
              .mul(3)
              .floor()
              .add(1);
      Tokens tokens =
          new Tokens(
                  RandomNetworks.gaussian(shape, seed + 2, manager),
                  specials,
                  Optional.of(sizes),
                  true,
                  Optional.empty(),
                  Optional.empty())
              .recordingSources();
      Tokens reduced = merged(tokens, keys, r);
      int left = new MergeTokens(r, true).after(TokenCount.exactly(patches)).most();
      assertEquals(patches - Math.min(r, patches / 2), left);
      assertEquals(left, reduced.patches());
      assertArrayEquals(
          sizes.sum(new int[] {1}).toFloatArray(),
          reduced.sizes().orElseThrow().sum(new int[] {1}).toFloatArray());
      assertFalse(reduced.x().isNaN().any().getBoolean());
      for (int image = 0; image < batch; image++) {
        check(tokens, keys, reduced, r, image);
      }
    }
  }

  private static void check(Tokens tokens, NDArray keys, Tokens reduced, int r, int image) {
    float[] x = tokens.x().get(image).toFloatArray();
    float[] k = keys.get(image).toFloatArray();
    float[] sizes = tokens.sizes().orElseThrow().get(image).toFloatArray();
    List<Group> expected = byDefinition(x, k, sizes, tokens.specials(), r);
    float[] actual = reduced.x().get(image).toFloatArray();
    float[] actualSizes = reduced.sizes().orElseThrow().get(image).toFloatArray();
    int[] sources = reduced.sources().orElseThrow().get(image).toIntArray();
    for (int token = 0; token < expected.size(); token++) {
      Group group = expected.get(token);
      assertEquals(group.size, actualSizes[token]);
      for (int c = 0; c < WIDTH; c++) {
        assertEquals(group.sum[c] / group.size, actual[token * WIDTH + c], 1e-5);
      }
      for (int patch : group.patches) {
        assertEquals(token - tokens.specials(), sources[patch]);
      }
    }
  }

  private static List<Group> byDefinition(
      float[] x, float[] k, float[] sizes, int specials, int r) {
    int count = sizes.length;
    List<Group> even = new ArrayList<>();
    Group[] odd = new Group[count];
    List<Group> specialGroups = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      double[] sum = new double[WIDTH];
      for (int c = 0; c < WIDTH; c++) {
        sum[c] = (double) x[t * WIDTH + c] * sizes[t];
      }
      Group group = new Group(t, sum, sizes[t], t < specials ? List.of() : List.of(t - specials));
      if (t < specials) {
        specialGroups.add(group);
      } else if (t % 2 == 0) {
        even.add(group);
      } else {
        odd[t] = group;
      }
    }
    double[] best = new double[count];
    int[] partner = new int[count];
    for (Group group : even) {
      best[group.position] = Double.NEGATIVE_INFINITY;
      for (int t = 0; t < count; t++) {
        if (odd[t] != null && cosine(k, group.position, t) > best[group.position]) {
          best[group.position] = cosine(k, group.position, t);
          partner[group.position] = t;
        }
      }
    }
    List<Group> ranked = new ArrayList<>(even);
    ranked.sort(Comparator.comparingDouble(group -> -best[group.position]));
    int pairs = Math.min(r, (count - specials) / 2);
    for (Group group : ranked.subList(0, pairs)) {
      odd[partner[group.position]] = odd[partner[group.position]].with(group);
    }
    List<Group> result = new ArrayList<>(specialGroups);
    even.stream().filter(group -> !ranked.subList(0, pairs).contains(group)).forEach(result::add);
    Arrays.stream(odd).filter(group -> group != null).forEach(result::add);
    return result;
  }

  private static double cosine(float[] k, int a, int b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int c = 0; c < WIDTH; c++) {
      dot += (double) k[a * WIDTH + c] * k[b * WIDTH + c];
      aa += (double) k[a * WIDTH + c] * k[a * WIDTH + c];
      bb += (double) k[b * WIDTH + c] * k[b * WIDTH + c];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
