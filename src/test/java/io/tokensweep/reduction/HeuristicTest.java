package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HeuristicTest {
  private static Architecture grid(int side) {
    return new Architecture("vit_custom", 8 * side, 8, 24, 12, 3, 48, 5, Design.VIT);
  }

  private static SortedMap<Integer, Reduction> sites(
      int side, double keepRate, List<Integer> sites, Map<String, Object> given) {
    return MethodCalls.sites("heuristic", grid(side), keepRate, sites, given);
  }

  /** Patches that are left behind the last site. */
  private static int[] left(int side, SortedMap<Integer, Reduction> sites) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Tokens tokens = MethodCalls.numbered(1, 1, side * side, manager);
      TokenCount count = TokenCount.exactly(side * side);
      for (int block : sites.keySet()) {
        Reduction.BeforeBlock reduction = (Reduction.BeforeBlock) sites.get(block);
        tokens = reduction.reduce(tokens, new Site(block, new long[1], Map.of()));
        count = reduction.after(count);
        assertEquals(count, TokenCount.exactly(tokens.patches()));
      }
      float[] x = tokens.x().toFloatArray();
      return IntStream.range(1, x.length).map(i -> Math.round(x[i])).toArray();
    }
  }

  @Test
  void theInnermostPatchesOfAnEvenGridAreItsFourCentralOnes() {
    for (String norm : PatchDisc.Norm.words()) {
      SortedMap<Integer, Reduction> sites =
          sites(8, 1, List.of(3, 9), Map.of("norm", norm, "mode", "continuous"));
      assertEquals(List.of(3, 4, 5, 6, 7, 8, 9), List.copyOf(sites.keySet()));
      assertArrayEquals(new int[] {27, 28, 35, 36}, left(8, sites));
    }
  }

  @Test
  void aCoarseRadiusLeavesTheNearestPatches() {
    SortedMap<Integer, Reduction> sites =
        sites(8, 1, List.of(3, 9), Map.of("mode", "continuous", "min_radius", 0.0));
    assertArrayEquals(new int[] {27, 28, 35, 36}, left(8, sites));
    assertArrayEquals(new int[] {0}, left(1, sites(1, 0.5, List.of(0), Map.of())));
  }

  @Test
  void oddGridsLeanTowardsTheEnd() {
    // coordinates -2, -0.5, 1
    assertArrayEquals(new int[] {4}, left(3, sites(3, 0.1, List.of(0), Map.of())));
    assertArrayEquals(
        new int[] {4, 5, 7, 8}, left(3, sites(3, 0.45, List.of(0), Map.of("norm", "linf"))));
  }

  @Property(tries = 100)
  void stagedDiscsAreNestedAndTheNearestThereAre(
      @ForAll @IntRange(min = 1, max = 16) int side,
      @ForAll @IntRange(min = 1, max = 100) int percent,
      @ForAll @IntRange(max = 2) int norm) {
    String word = PatchDisc.Norm.words().get(norm);
    PatchDisc all = PatchDisc.whole(PatchDisc.Norm.of(word), side);
    assertEquals(side * side, all.patches().length);
    double keepRate = percent / 100.0;
    int target = KeepCounts.floor(keepRate, 1, side * side);
    int[] first = left(side, sites(side, keepRate, List.of(0), Map.of("norm", word)));
    int[] second = left(side, sites(side, keepRate, List.of(0, 1), Map.of("norm", word)));
    assertTrue(first.length >= second.length && second.length > 0);
    assertTrue(Arrays.stream(second).allMatch(p -> Arrays.binarySearch(first, p) >= 0));
    for (double radius = 0; radius <= all.radius(); radius += all.radius() / 64 + 1e-3) {
      int other = all.withRadius(radius).patches().length;
      assertTrue(
          other == 0 || Math.abs(first.length - target) <= Math.abs(other - target),
          () -> word + " " + side + " " + percent);
    }
  }
}
