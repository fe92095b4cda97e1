package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToMeTest {
  private static final Architecture DEIT_SMALL =
      new Architecture("deit_small_patch16_224", 224, 16, 384, 12, 6, 1536, 1000, Design.VIT);

  private static SortedMap<Integer, Reduction> sites(Object r, double inflection) {
    return MethodCalls.sites(
        "tome", DEIT_SMALL, 1, List.of(3, 6, 9), Map.of("r", r, "inflection", inflection));
  }

  /** Tokens behind every block, the class token included. */
  private static List<Integer> counts(SortedMap<Integer, Reduction> sites) {
    List<Integer> counts = new ArrayList<>();
    TokenCount count = TokenCount.exactly(196);
    for (int block = 0; block < 12; block++) {
      count = sites.containsKey(block) ? sites.get(block).after(count) : count;
      counts.add(1 + count.most());
    }
    return counts;
  }

  @Test
  void publishedSchedules() {
    assertArrayEquals(
        new int[] {26, 23, 21, 18, 16, 14, 11, 9, 7, 4, 2, 0}, ToMe.schedule(12, 13, -1));
    assertArrayEquals(new int[] {8, 7, 6, 5, 5, 4, 3, 2, 2, 1, 0, 0}, ToMe.schedule(12, 4, -1));
    assertArrayEquals(new int[] {5}, ToMe.schedule(1, 5, 0));
  }

  @Property
  void withoutInflectionTheScheduleIsConstant(
      @ForAll @IntRange(min = 1, max = 24) int depth, @ForAll @IntRange(max = 200) int r) {
    int[] expected = new int[depth];
    Arrays.fill(expected, r);
    assertArrayEquals(expected, ToMe.schedule(depth, r, 0));
  }

  @Property
  void anInclinedScheduleStaysWithinItsEnds(
      @ForAll @IntRange(min = 2, max = 24) int depth,
      @ForAll @IntRange(max = 200) int r,
      @ForAll @IntRange(min = -10, max = 10) int tenths) {
    int[] schedule = ToMe.schedule(depth, r, tenths / 10.0);
    assertTrue(Arrays.stream(schedule).allMatch(x -> x >= 0 && x <= 2 * r));
    assertTrue(Arrays.stream(schedule).sum() <= depth * r);
    assertTrue(Arrays.stream(schedule).sum() >= depth * (r - 1));
  }

  @Test
  void publishedTokenCounts() {
    assertEquals(101, counts(sites(8L, 0)).get(11));
    assertEquals(
        List.of(184, 171, 158, 145, 132, 119, 106, 93, 80, 67, 54, 41), counts(sites(13L, 0)));
    assertEquals(List.of(37, 21, 11), counts(sites(16L, 0)).subList(9, 12));
  }

  @Test
  void nothingToMergeIsTheUnreducedNetwork() {
    assertEquals(MethodCalls.sites("none", DEIT_SMALL, 1, List.of(), Map.of()), sites(0L, 0));
    assertEquals(List.of(0, 2), List.copyOf(sites("8,0,4", 0).keySet()));
    assertEquals(10, sites(4L, -1).size());
  }

  @Test
  void listsAreUsedAsTheyAre() {
    assertEquals(sites(4L, -1), sites("8, 7,6,5,5,4,3,2,2,1,0,0", 0));
    assertEquals(List.of(189, 182, 182), counts(sites("8,7", 0)).subList(0, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8,", "8;4", "8,-1", "8,2.5", "8,10001"})
  void refusesWhatIsNoList(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> sites(text, 0)).getMessage();
    assertTrue(message.startsWith("a whole number from 0 to 10000"), message);
  }

  @Test
  void refusesListsThatDoNotFit() {
    String all = "1" + ",1".repeat(12);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> sites(all, 0))
            .getMessage()
            .contains("13 numbers"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> sites("8,8", -1))
            .getMessage()
            .contains("inflection is -1.0"));
  }

  /** Differences of the last column of methods.md, table 8.5; below one half merging is clipped. */
  @ParameterizedTest
  @CsvSource({"0.9, 176 158 142", "0.7, 137 96 67", "0.5, 98 49 25", "0.3, 98 57 45"})
  void stagedCountsAreThoseOfTokenReduction(double keepRate, String expected) {
    SortedMap<Integer, Reduction> sites =
        MethodCalls.sites("tome_staged", DEIT_SMALL, keepRate, List.of(3, 6, 9), Map.of());
    List<String> found = new ArrayList<>();
    TokenCount count = TokenCount.exactly(196);
    for (Reduction reduction : sites.values()) {
      count = reduction.after(count);
      found.add(String.valueOf(count.most()));
    }
    assertEquals(expected, String.join(" ", found));
  }
}
