package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ShiftTest {
  @Test
  void aConstantIsFound() {
    double[] first = {1, 2, 4, 8, 16};
    double[] second = DoubleStream.of(first).map(value -> value + 3).toArray();
    Shift shift = Shift.of(first, second, 0.025);
    assertEquals(3, shift.value());
    assertTrue(shift.low() <= 3 && shift.high() >= 3, shift::toString);
  }

  /** Differences of {1, 2, 3} and {4, 6, 9}: 1 2 3 3 4 5 6 7 8. */
  @Test
  void theValueIsTheMedianOfAllDifferences() {
    Shift shift = Shift.of(new double[] {1, 2, 3}, new double[] {4, 6, 9}, 0.05);
    assertEquals(4, shift.value());
    assertEquals(1, shift.low(), "of three and three the extremes bound 90 %");
    assertEquals(8, shift.high());
  }

  @Test
  void tooFewValuesBoundNothing() {
    Shift shift = Shift.of(new double[] {1, 2, 3}, new double[] {4, 6, 9}, 0.025);
    assertEquals(Double.NEGATIVE_INFINITY, shift.low());
    assertEquals(Double.POSITIVE_INFINITY, shift.high());
  }

  /** 95.2 % is exact for six and six; within four standard errors of 2000 trials. */
  @Test
  void intervalsHoldTheTruthAsOftenAsTheySay() {
    Random random = new Random(8);
    int rounds = 2000;
    int held = 0;
    for (int round = 0; round < rounds; round++) {
      double[] first = DoubleStream.generate(random::nextGaussian).limit(6).toArray();
      double[] second = DoubleStream.generate(() -> random.nextGaussian() + 1).limit(6).toArray();
      Shift shift = Shift.of(first, second, 0.025);
      held += shift.low() <= 1 && 1 <= shift.high() ? 1 : 0;
    }
    double outside = RankSum.outside(6, 6, 0.025);
    assertEquals(6, outside, "P(U <= 5) = 19/924, P(U <= 6) = 30/924");
    double exact = 1 - 2 * 19.0 / 924;
    assertEquals(exact, (double) held / rounds, 4 * Math.sqrt(exact * (1 - exact) / rounds));
  }
}
