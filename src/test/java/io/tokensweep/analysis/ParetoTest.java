package io.tokensweep.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.analysis.Pareto.Placing;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParetoTest {
  private record Point(String name, double cost, double value) {
    boolean dominates(Point other) {
      return cost <= other.cost
          && value >= other.value
          && (cost < other.cost || value > other.value);
    }
  }

  private static List<Placing<Point>> place(Point... points) {
    return Pareto.place(List.of(points), Point::cost, Point::value);
  }

  @Test
  void dominatedPointsNameTheBestThatCostsLess() {
    Point cheap = new Point("cheap", 1, 50);
    Point good = new Point("good", 2, 70);
    Point worse = new Point("worse", 3, 60);
    Point best = new Point("best", 4, 80);
    assertEquals(
        List.of(
            new Placing<>(best, Optional.empty()),
            new Placing<>(worse, Optional.of(good)),
            new Placing<>(cheap, Optional.empty()),
            new Placing<>(good, Optional.empty())),
        place(best, worse, cheap, good));
  }

  @Test
  void equalPointsSurviveTogether() {
    Point first = new Point("first", 2, 70);
    Point second = new Point("second", 2, 70);
    assertTrue(place(first, new Point("low", 1, 10), second).stream().allMatch(Placing::onFront));
    assertTrue(
        place(new Point("zero", 0.0, 1), new Point("minus zero", -0.0, 1)).stream()
            .allMatch(Placing::onFront));
  }

  @Test
  void atEqualCostTheBetterAndAtEqualValueTheCheaperWins() {
    Point winner = new Point("winner", 1, 70);
    Point sameCost = new Point("same cost", 1, 60);
    Point sameValue = new Point("same value", 2, 70);
    assertEquals(
        List.of(
            new Placing<>(sameValue, Optional.of(winner)),
            new Placing<>(sameCost, Optional.of(winner)),
            new Placing<>(winner, Optional.empty())),
        place(sameValue, sameCost, winner));
  }

  @Test
  void nothingHasNoFrontAndNotANumberIsRefused() {
    assertEquals(List.of(), place());
    assertThrows(IllegalArgumentException.class, () -> place(new Point("?", Double.NaN, 1)));
    assertThrows(IllegalArgumentException.class, () -> place(new Point("?", 1, Double.NaN)));
  }

  /** Few distinct values, so that ties and duplicates abound. */
  @Property(tries = 500)
  void theFrontIsWhatNoOtherPointDominates(
      @ForAll @Size(max = 40) List<@IntRange(max = 63) Integer> codes) {
    List<Point> points =
        codes.stream().map(c -> new Point("p", c % 8, Math.floor(c / 8.0))).toList();
    List<Placing<Point>> placings = Pareto.place(points, Point::cost, Point::value);
    assertEquals(points, placings.stream().map(Placing::item).toList());
    for (Placing<Point> placing : placings) {
      boolean dominated = points.stream().anyMatch(other -> other.dominates(placing.item()));
      assertEquals(!dominated, placing.onFront());
      placing
          .dominator()
          .ifPresent(
              dominator -> {
                assertTrue(dominator.dominates(placing.item()));
                assertTrue(points.stream().noneMatch(other -> other.dominates(dominator)));
              });
    }
  }
}
