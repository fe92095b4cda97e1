package io.tokensweep.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.Wilson;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How often 95 % intervals hold the truth, on trials whose true accuracies are known. Three trials
 * are right on an image with probabilities that depend on how hard it is, so they are correlated as
 * real ones are.
 */
class CoverageTest {
  private static final int IMAGES = 1000;
  private static final int REPLICATES = 1000;
  private static final double[] COSTS = {1, 2, 3};

  /** Right by threshold on an image's ease, plus this chance of an error of one's own. */
  private static final double[] SKILL = {0.55, 0.70, 0.80};

  private static final double SLIP = 0.1;

  /** Half are shaken by a slip: p = skill (1 − slip) + (1 − skill) slip. */
  private static double truth(int trial) {
    return SKILL[trial] * (1 - SLIP) + (1 - SKILL[trial]) * SLIP;
  }

  private record Share(int held, int of) {
    double percent() {
      return 100.0 * held / of;
    }
  }

  private record Shares(Share margin, Share hypervolume, Share wilson) {}

  private static Shares simulate(int repetitions, long seed) {
    double volume =
        new Staircase(COSTS, new double[] {truth(0), truth(1), truth(2)}).hypervolume(3, 1);
    Random random = new Random(seed);
    int margins = 0;
    int volumes = 0;
    int wilsons = 0;
    for (int i = 0; i < repetitions; i++) {
      FrontStatistics statistics = statistics(random);
      margins += holds(statistics.margin(2, 1), 100 * (truth(2) - truth(1)));
      volumes += holds(statistics.hypervolume(3), volume);
      wilsons += holds(accuracy(random), 100 * truth(1));
    }
    return new Shares(
        new Share(margins, repetitions),
        new Share(volumes, repetitions),
        new Share(wilsons, repetitions));
  }

  private static Interval accuracy(Random random) {
    int correct = 0;
    for (int image = 0; image < IMAGES; image++) {
      correct += random.nextDouble() < truth(1) ? 1 : 0;
    }
    return Wilson.percent(correct, IMAGES);
  }

  private static int holds(Interval interval, double truth) {
    return interval.low() <= truth && truth <= interval.high() ? 1 : 0;
  }

  private static FrontStatistics statistics(Random random) {
    List<BitSet> correct = List.of(new BitSet(), new BitSet(), new BitSet());
    for (int image = 0; image < IMAGES; image++) {
      double ease = random.nextDouble();
      for (int trial = 0; trial < SKILL.length; trial++) {
        correct.get(trial).set(image, ease < SKILL[trial] != random.nextDouble() < SLIP);
      }
    }
    List<long[]> macs = new ArrayList<>();
    correct.forEach(any -> macs.add(new long[1]));
    List<ImageDraws.Drawn> drawn =
        new ImageDraws(IMAGES, REPLICATES, random.nextLong()).draw(correct, macs);
    int[][] counts = new int[SKILL.length][REPLICATES];
    double[][] costs = new double[SKILL.length][];
    for (int trial = 0; trial < SKILL.length; trial++) {
      costs[trial] = new double[] {COSTS[trial]};
      for (int b = 0; b < REPLICATES; b++) {
        counts[trial][b] = drawn.get(b).correct()[trial];
      }
    }
    return new FrontStatistics(
        IMAGES, correct.stream().mapToDouble(BitSet::cardinality).toArray(), COSTS, counts, costs);
  }

  /** 200 repetitions have a standard error of 1.5 points: three of them. */
  @Test
  void intervalsHoldTheTruthAboutAsOftenAsTheySay() {
    Shares shares = simulate(200, 1);
    assertEquals(95, shares.margin().percent(), 4.7);
    assertEquals(95, shares.hypervolume().percent(), 4.7);
    assertEquals(95, shares.wilson().percent(), 4.7);
  }

  /** 4000 repetitions have a standard error of 0.34 points. */
  @Test
  @Tag("slow")
  void intervalsHoldTheTruthIn95PercentOfManySamples() {
    Shares shares = simulate(4000, 2);
    System.out.printf(
        "coverage: margin %.2f %%, hypervolume %.2f %%, accuracy %.2f %%%n",
        shares.margin().percent(), shares.hypervolume().percent(), shares.wilson().percent());
    assertEquals(95, shares.margin().percent(), 1.5);
    assertEquals(95, shares.hypervolume().percent(), 1.5);
    assertEquals(95, shares.wilson().percent(), 1.5);
  }
}
