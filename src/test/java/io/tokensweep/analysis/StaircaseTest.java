package io.tokensweep.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StaircaseTest {
  private static Staircase staircase(double[]... points) {
    double[] costs = new double[points.length];
    double[] values = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      costs[i] = points[i][0];
      values[i] = points[i][1];
    }
    return new Staircase(costs, values);
  }

  private static double[] p(double cost, double value) {
    return new double[] {cost, value};
  }

  @Test
  void equalPointsAreOnTheFrontTogetherAndTiesInOneAxisAreNot() {
    assertEquals(List.of(4, 0, 2), staircase(p(2, 5), p(2, 4), p(2, 5), p(3, 5), p(1, 1)).steps());
  }

  @Test
  void theHypervolumeIsTheAreaBelowTheSteps() {
    // 0..1: nothing, 1..2: 40, 2..4: 60, of 4 x 100
    assertEquals(160.0 / 400, staircase(p(1, 40), p(2, 60), p(3, 50)).hypervolume(4, 100), 1e-15);
    // what costs more than the reference adds nothing
    assertEquals(120.0 / 400, staircase(p(1, 40), p(5, 60)).hypervolume(4, 100), 1e-15);
    assertEquals(0, staircase(p(4, 60)).hypervolume(4, 100), 0);
  }

  @Test
  void theKneeIsFarthestAboveTheLineBetweenTheEnds() {
    assertEquals(OptionalInt.of(1), staircase(p(0, 0), p(2, 8), p(5, 9), p(10, 10)).knee());
    assertTrue(staircase(p(0, 0), p(5, 5), p(10, 10)).knee().isEmpty());
    assertTrue(staircase(p(0, 0), p(10, 10)).knee().isEmpty());
    assertTrue(staircase(p(1, 1)).knee().isEmpty());
    assertTrue(staircase().knee().isEmpty());
  }
}
