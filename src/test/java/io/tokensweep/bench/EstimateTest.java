package io.tokensweep.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EstimateTest {
  /** From tables of the binomial distribution, as for the sign test. */
  @Test
  void intervalEndsAtTheOrderStatisticsOfTheTables() {
    assertEquals(new Estimate(3.5, 1, 6), upTo(6));
    assertEquals(new Estimate(5, 2, 8), upTo(9));
    assertEquals(new Estimate(8, 4, 12), upTo(15));
    assertEquals(new Estimate(13, 8, 18), upTo(25));
  }

  @Test
  void fewerValuesThanAnIntervalNeedsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Estimate.of(1, 2, 3, 4, 5));
  }

  /** 2000 samples: the share that covers has a standard error of at most 0.5 points. */
  @Test
  void intervalHoldsTheTrueMedianAsOftenAsItSays() {
    Random random = new Random(5);
    int covered = 0;
    for (int sample = 0; sample < 2000; sample++) {
      Estimate estimate =
          Estimate.of(random.doubles(15).map(uniform -> -Math.log(1 - uniform)).toArray());
      covered += estimate.low() <= Math.log(2) && Math.log(2) <= estimate.high() ? 1 : 0;
    }
    assertTrue(covered >= 0.94 * 2000, "covered " + covered);
  }

  private static Estimate upTo(int count) {
    return Estimate.of(IntStream.rangeClosed(1, count).mapToDouble(i -> i).toArray());
  }
}
