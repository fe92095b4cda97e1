package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.reduction.Budget.Rule;
import io.tokensweep.reduction.Budget.Split;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {
  /** methods.md, 3.2 and 3.6. */
  @ParameterizedTest
  @CsvSource({
    "0.7, MATCH, '138,7,7 97,5,5 68,3,3'",
    "0.5, MATCH, '98,12,12 49,6,6 25,3,3'",
    "0.5, CLUSTER, '86,12,0 43,6,0 22,3,0'",
    "0.5, PACK, '97,1,0 48,1,0 24,1,0'",
    "0.5, PRESERVE, '98,0,0 49,0,0 25,0,0'",
    "0.5, UNDIVIDED, '0,98,0 0,49,0 0,25,0'"
  })
  void splitsOfTheTables(double keepRate, Split split, String expected) {
    Rule rule = new Rule(keepRate, split, 0, 0);
    StringBuilder found = new StringBuilder();
    int patches = 196;
    for (int site = 0; site < 3; site++) {
      Budget budget = rule.at(patches);
      found
          .append(site == 0 ? "" : " ")
          .append("%d,%d,%d".formatted(budget.attentive(), budget.clusters(), budget.pairs()));
      patches = budget.leaving();
    }
    assertEquals(expected, found.toString());
  }

  @Property
  void everySplitLeavesTheSameNumberAndKeepsItsGuards(
      @ForAll @IntRange(min = 1, max = 2500) int patches,
      @ForAll @DoubleRange(min = 0, minIncluded = false, max = 1) double keepRate,
      @ForAll Split split,
      @ForAll @IntRange(max = 100) int clusters,
      @ForAll @IntRange(max = 100) int pairs) {
    Budget budget = new Rule(keepRate, split, clusters, pairs).at(patches);
    assertEquals(Math.max(1, (int) Math.ceil(keepRate * patches)), budget.leaving());
    assertTrue(2 * budget.pairs() <= budget.attentive());
    assertTrue(budget.clusters() <= patches - budget.attentive());
    assertTrue(budget.clusters() >= 0 && budget.pairs() >= 0);
    assertTrue(split == Split.UNDIVIDED || budget.attentive() >= 1);
  }

  @ParameterizedTest
  @CsvSource({"1, 196", "0.999, 196", "0.5, 1"})
  void keepingAllIsNoSplit(double keepRate, int patches) {
    for (Split split : Split.values()) {
      assertEquals(new Budget(patches, 0, 0), new Rule(keepRate, split, 3, 3).at(patches));
    }
  }

  @Property
  void oneTokenIsLeftAsItIs(@ForAll @IntRange(min = 2, max = 10) int patches) {
    for (Split split : new Split[] {Split.MATCH, Split.CLUSTER, Split.PACK, Split.PRESERVE}) {
      assertEquals(new Budget(1, 0, 0), new Rule(0.1, split, 0, 0).at(patches));
    }
  }

  @ParameterizedTest
  @CsvSource({"20, 10, 88", "12, 500, 172", "500, 500, 2", "0, 30, 116", "30, 0, 80"})
  void givenNumbersAreTakenAsFarAsTheyCan(int clusters, int pairs, int attentive) {
    Budget budget = new Rule(0.5, Split.MATCH, clusters, pairs).at(196);
    assertEquals(attentive, budget.attentive());
    assertEquals(98, budget.leaving());
  }
}
