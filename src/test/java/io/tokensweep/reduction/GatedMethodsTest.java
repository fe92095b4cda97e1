package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.RandomNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where Evo-ViT and AdaViT act, on what, and what they refuse. */
class GatedMethodsTest {
  private static Architecture ofDepth(int depth, boolean distilled) {
    return new Architecture(
        "vit_custom", 32, 8, 24, depth, 3, 48, 5, distilled ? Design.DISTILLED : Design.VIT);
  }

  private static SortedMap<Integer, Reduction> evoVit(
      int depth, double rate, Map<String, Object> given) {
    return MethodCalls.sites("evovit", ofDepth(depth, false), rate, List.of(), given);
  }

  private static List<Integer> blocksWith(
      SortedMap<Integer, Reduction> sites, Class<? extends Reduction> kind) {
    return sites.keySet().stream()
        .filter(block -> Reduction.at(sites, block, kind).isPresent())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"12, 4, 8", "6, 2, 4", "24, 8, 16", "13, 4, 8", "3, 1, 2"})
  void evoVitHasTwoStages(int depth, int first, int second) {
    SortedMap<Integer, Reduction> sites = evoVit(depth, 0.5, Map.of());
    assertEquals(List.of(first, second), blocksWith(sites, Reduction.BeforeBlock.class));
    assertEquals(List.of(second - 1, depth - 1), blocksWith(sites, Reduction.AfterBlock.class));
    assertEquals(List.of(depth - 1), blocksWith(sites, Reduction.BeforeHead.class));
    List<Integer> weighing = blocksWith(sites, Reduction.AfterAttention.class);
    assertEquals(first - 1, weighing.get(0));
    assertEquals(second - first + 1, weighing.size());
  }

  @Test
  void evoVitCanSortAheadOfEveryBlock() {
    SortedMap<Integer, Reduction> sites = evoVit(6, 0.5, Map.of("stage_wise", false));
    assertEquals(List.of(2, 3, 4, 5), blocksWith(sites, Reduction.BeforeBlock.class));
    assertEquals(List.of(2, 3, 4, 5), blocksWith(sites, Reduction.AfterBlock.class));
    assertEquals(List.of(1, 2, 3, 4), blocksWith(sites, Reduction.AfterAttention.class));
  }

  @ParameterizedTest
  @CsvSource({"0.5, false, 8", "0.5, true, 9", "0.7, false, 11", "0.01, true, 2", "1, true, 16"})
  void slowTokensAreAShareRoundedDown(double rate, boolean fastUpdate, int expected) {
    Reduction select =
        Reduction.at(
                evoVit(6, rate, Map.of("fast_update", fastUpdate)), 2, Reduction.BeforeBlock.class)
            .orElseThrow();
    assertEquals(TokenCount.exactly(expected), select.after(TokenCount.exactly(16)));
  }

  @Test
  void sitesOfTheSweepDoNotMatter() {
    for (String method : List.of("evovit", "adavit")) {
      assertEquals(
          MethodCalls.sites(method, ofDepth(6, false), 0.5, List.of(), Map.of()),
          MethodCalls.sites(method, ofDepth(6, false), 0.5, List.of(1, 3), Map.of()));
    }
  }

  @Test
  void networksThatTheMethodsAreNotDefinedForAreRefused() {
    for (String method : List.of("evovit", "adavit")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> MethodCalls.sites(method, ofDepth(6, true), 0.5, List.of(), Map.of()));
    }
    assertThrows(IllegalArgumentException.class, () -> evoVit(2, 0.5, Map.of()));
  }

  @Test
  void policiesHaveTheOfficialNamesAndAreWelcomeInACheckpoint() {
    Map<String, List<Long>> weights = MethodCalls.weights("adavit", ofDepth(3, false));
    assertEquals(3 * 2 + 2 * 4, weights.size());
    assertEquals(List.of(1L, 24L), weights.get("blocks.0.attn.token_select.mlp_head.weight"));
    assertEquals(List.of(3L), weights.get("blocks.2.head_select.mlp_head.bias"));
    assertEquals(List.of(2L, 24L), weights.get("blocks.1.layer_select.mlp_head.weight"));
    weights.keySet().forEach(name -> assertTrue(Methods.ownWeight(name), name));
    assertTrue(Methods.ownWeight("blocks.11.head_select.mlp_head.weight"));
    assertFalse(Methods.ownWeight("blocks.0.attn.qkv.weight"));
    assertFalse(Methods.ownWeight("blocks.x.head_select.mlp_head.weight"));
  }

  @Property(tries = 40, seed = "1")
  void unpackingPutsEveryPackedTokenBack(
      @ForAll @IntRange(min = 1, max = 5) int batch,
      @ForAll @IntRange(min = 1, max = 9) int tokens,
      @ForAll int seed) {
    Random random = new Random(seed);
    List<int[]> chosen = new ArrayList<>();
    float[] marks = new float[batch * tokens];
    for (int image = 0; image < batch; image++) {
      TreeSet<Integer> own = new TreeSet<>();
      for (int i = random.nextInt(tokens + 1); i > 0; i--) {
        own.add(random.nextInt(tokens));
      }
      for (int token : own) {
        marks[image * tokens + token] = 1;
      }
      chosen.add(own.stream().mapToInt(Integer::intValue).toArray());
    }
    Packing packing = new Packing(tokens, chosen);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = RandomNetworks.gaussian(new Shape(batch, tokens, 3), seed, manager);
      if (packing.isEmpty()) {
        assertEquals(0, packing.images().length);
        return;
      }
      NDArray packed = packing.pack(x);
      NDArray expected =
          x.mul(manager.create(marks, new Shape(batch, tokens, 1))).add(0); // 0, not -0
      assertArrayEquals(expected.toFloatArray(), packing.unpack(packed).toFloatArray());
      float[] active = packing.active(manager).sum(new int[] {1}).toFloatArray();
      for (int i = 0; i < active.length; i++) {
        assertEquals(packing.counts()[packing.images()[i]], active[i]);
      }
    }
  }
}
