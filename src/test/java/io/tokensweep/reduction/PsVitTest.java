package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PsVitTest {
  private static Architecture network(int side, int depth) {
    return new Architecture("vit_custom", 8 * side, 8, 24, depth, 3, 48, 5, Design.VIT);
  }

  @Test
  void masksAreChosenFromTheLastBlockUp() {
    float[] scores = {
      1, 2, 9, 0, 5, 3, // block 0
      4, 8, 1, 8, 0, 2, // block 1; equal scores: the first patch
      7, 1, 2, 3, 9, 0, // block 2, and block 3 too
    };
    List<int[]> masks = PsVit.masks(scores, 6, List.of(5, 3, 2, 1));
    assertArrayEquals(new int[] {4}, masks.get(3));
    assertArrayEquals(new int[] {0, 4}, masks.get(2));
    assertArrayEquals(new int[] {0, 1, 4}, masks.get(1));
    assertArrayEquals(new int[] {0, 1, 2, 4, 5}, masks.get(0));
  }

  @Property(tries = 100)
  void masksAreNestedAndBestFirst(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 8) int depth) {
    Random random = new Random(seed);
    int patches = 1 + random.nextInt(20);
    float[] scores = new float[(depth - 1) * patches];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextInt(10);
    }
    Integer[] counts = new Integer[depth];
    int count = patches;
    for (int block = 0; block < depth; block++) {
      count = 1 + random.nextInt(count);
      counts[block] = count;
    }
    List<int[]> masks = PsVit.masks(scores, patches, List.of(counts));
    for (int block = 0; block < depth; block++) {
      int[] mask = masks.get(block);
      assertEquals(counts[block], mask.length);
      int[] next = block + 1 < depth ? masks.get(block + 1) : new int[0];
      assertTrue(Arrays.stream(next).allMatch(p -> Arrays.binarySearch(mask, p) >= 0));
      int row = Math.min(block, depth - 2) * patches;
      double worstAdded =
          Arrays.stream(mask)
              .filter(p -> Arrays.binarySearch(next, p) < 0)
              .mapToDouble(p -> scores[row + p])
              .min()
              .orElse(Double.MAX_VALUE);
      assertTrue(
          IntStream.range(0, patches)
              .filter(p -> Arrays.binarySearch(mask, p) < 0)
              .allMatch(p -> scores[row + p] <= worstAdded));
    }
  }

  @Test
  void everyImageKeepsThePatchesOfTheMaskInTheirOrder() {
    Architecture network = network(3, 6);
    SortedMap<Integer, Reduction> sites =
        MethodCalls.sites("psvit", network, 0.5, List.of(1, 3), Map.of());
    assertEquals(List.of(1, 3), List.copyOf(sites.keySet()));
    float[] scores = new float[5 * 9];
    for (int row = 0; row < 5; row++) {
      for (int patch = 0; patch < 9; patch++) {
        scores[row * 9 + patch] = (patch * (row + 2)) % 9;
      }
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weight = manager.create(scores, new Shape(5, 9));
      Tokens tokens = MethodCalls.numbered(2, 1, 9, manager);
      TokenCount count = TokenCount.exactly(9);
      for (int block : sites.keySet()) {
        Reduction.BeforeBlock reduction = (Reduction.BeforeBlock) sites.get(block);
        Site site = new Site(block, new long[2], Map.of("patch_scores.9", weight));
        tokens = reduction.reduce(tokens, site);
        count = reduction.after(count);
        assertEquals(count, TokenCount.exactly(tokens.patches()));
        assertEquals(0, reduction.overhead(network, 9));
      }
      // block 4 has scores 6p mod 9: patches 1, 4, 7 lead; block 2, 4p mod 9: 2, 4, 6, 8 do
      assertArrayEquals(new float[] {-1, 1, 4, 7, -1, 101, 104, 107}, tokens.x().toFloatArray());
      Tokens first =
          ((Reduction.BeforeBlock) sites.get(1))
              .reduce(
                  MethodCalls.numbered(1, 1, 9, manager),
                  new Site(1, new long[1], Map.of("patch_scores.9", weight)));
      assertArrayEquals(new float[] {-1, 1, 2, 4, 6, 7}, sorted(first));
      assertThrows(
          IllegalStateException.class,
          () ->
              ((Reduction.BeforeBlock) sites.get(1))
                  .reduce(
                      MethodCalls.numbered(1, 1, 9, manager), new Site(1, new long[1], Map.of())));
    }
  }

  private static float[] sorted(Tokens tokens) {
    float[] values = tokens.x().toFloatArray();
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    assertArrayEquals(sorted, values);
    return values;
  }

  @Test
  void countsAreThoseOfEvit() {
    for (String counts : List.of("ceil_current", "floor_absolute")) {
      assertEquals(
          left("evit", Map.of("counts", counts, "fuse", false)),
          left("psvit", Map.of("counts", counts)));
    }
  }

  private static List<TokenCount> left(String method, Map<String, Object> parameters) {
    TokenCount[] count = {TokenCount.exactly(196)};
    return MethodCalls.sites(method, network(14, 12), 0.7, List.of(3, 6, 11), parameters)
        .values()
        .stream()
        .map(reduction -> count[0] = reduction.after(count[0]))
        .toList();
  }

  @Test
  void scoresAreDeclaredForTheResolutionAtHand() {
    Method method = Methods.named("psvit").orElseThrow();
    ParameterValues parameters =
        new ParameterValues(new TreeMap<>(Map.of("counts", "ceil_current")));
    Placement placement = new Placement(network(3, 6), 40, List.of(1), OptionalDouble.of(0.5));
    assertEquals(
        Map.of("patch_scores.25", List.of(5L, 25L)), method.weights(placement, parameters));
    assertTrue(Methods.ownWeight("patch_scores.25"));
    assertThrows(
        IllegalArgumentException.class,
        () -> MethodCalls.sites("psvit", network(3, 1), 0.5, List.of(0), Map.of()));
  }
}
