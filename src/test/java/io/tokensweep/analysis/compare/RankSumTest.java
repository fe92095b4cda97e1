package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.stat.inference.MannWhitneyUTest;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankSumTest {
  /** As the tables of the distribution have them: one choice of ranks of C(m + n, m). */
  @ParameterizedTest
  @CsvSource({"3, 3, 20", "4, 4, 70", "5, 5, 252", "3, 7, 120", "10, 10, 184756"})
  void separateSamplesAreOneChoiceOfMany(int first, int second, int choices) {
    double[] low = new Random(1).doubles(first, 0, 1).toArray();
    double[] high = new Random(2).doubles(second, 2, 3).toArray();
    RankSum test = RankSum.of(low, high);
    assertEquals(1.0 / choices, test.greater(), 1e-15);
    assertEquals(1, test.less(), 1e-12);
    assertEquals(2.0 / choices, test.twoSided(), 1e-15);
    assertEquals(2.0 / choices, RankSum.smallest(first, second), 1e-15);
  }

  @Test
  void everyChoiceOfRanksIsCountedWithTies() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      double[] first = random.ints(2 + random.nextInt(4), 0, 4).asDoubleStream().toArray();
      double[] second = random.ints(2 + random.nextInt(4), 0, 4).asDoubleStream().toArray();
      RankSum test = RankSum.of(first, second);
      double[] all = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, all, first.length, second.length);
      double[] ranks = new NaturalRanking().rank(all);
      double observed = Arrays.stream(ranks, first.length, all.length).sum();
      int[] counts = new int[3];
      CombinatoricsUtils.combinationsIterator(all.length, second.length)
          .forEachRemaining(
              chosen -> {
                double sum = Arrays.stream(chosen).mapToDouble(i -> ranks[i]).sum();
                counts[0]++;
                counts[1] += sum <= observed + 1e-9 ? 1 : 0;
                counts[2] += sum >= observed - 1e-9 ? 1 : 0;
              });
      assertEquals((double) counts[1] / counts[0], test.less(), 1e-12);
      assertEquals((double) counts[2] / counts[0], test.greater(), 1e-12);
    }
  }

  /** The library has the normal approximation only, without a continuity correction. */
  @Test
  void largeSamplesAreNearTheNormalApproximation() {
    double[] first = new Random(4).doubles(40).toArray();
    double[] second = new Random(5).doubles(50).map(value -> value + 0.1).toArray();
    double library = new MannWhitneyUTest().mannWhitneyUTest(first, second);
    assertEquals(library, RankSum.of(first, second).twoSided(), 0.01 * library + 0.002);
  }

  /** Just below and just above where the exact distribution ends. */
  @Test
  void exactAndNormalMeet() {
    double[] first = new Random(6).doubles(30).toArray();
    double[] second = new Random(7).doubles(30).map(value -> value + 0.15).toArray();
    double exact = RankSum.of(first, second).greater();
    double[] more = Arrays.copyOf(second, 31);
    more[30] = first[15];
    assertEquals(exact, RankSum.of(first, more).greater(), 0.3 * exact);
  }

  @Test
  void equalValuesSayNothing() {
    double[] ones = {1, 1, 1, 1};
    assertEquals(1, RankSum.of(ones, ones).twoSided());
    double[] many = new double[70];
    assertEquals(1, RankSum.of(many, many).twoSided());
  }

  @Test
  void emptySamplesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> RankSum.of(new double[0], new double[] {1}));
  }

  /** P(U <= 2) = 4/252 and P(U <= 3) = 7/252 for five and five. */
  @Test
  void boundsOfAnIntervalLieWhereTheTablesSay() {
    assertEquals(3, RankSum.outside(5, 5, 0.025));
    assertEquals(0, RankSum.outside(3, 3, 0.025));
    assertEquals(1, RankSum.outside(4, 4, 0.025));
    assertEquals(24, RankSum.outside(10, 10, 0.025));
  }

  /** 31 and 31: mean 480.5, deviation √(31 · 31 · 63 / 12) = 71.029, so ⌊480.5 − 1.96 · 71.029⌋. */
  @Test
  void boundsForManyValuesAreThoseOfTheNormalDistribution() {
    assertEquals(341, RankSum.outside(31, 31, 0.025));
  }
}
