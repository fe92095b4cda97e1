package io.tokensweep.analysis.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.analysis.history.ChangePoints.ChangePoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many known steps are found and how many of those found are there. The table of
 * docs/statistics.md is that of {@link #table}.
 */
class DetectionPowerTest {
  /** A step counts as found at most so many points from where it is. */
  private static final int NEAR = 2;

  /**
   * @param found known steps that were found
   * @param known steps in the series
   * @param reported steps
   * @param alarmed series of those without a step that showed one
   */
  private record Tally(int found, int known, int reported, int alarmed) {
    double recall() {
      return 100.0 * found / known;
    }

    double precision() {
      return 100.0 * found / Math.max(1, reported);
    }
  }

  private enum Kind {
    NONE("no step", 0),
    ONE("one step", 1),
    UP_AND_DOWN("up and down", 2);

    private final String words;
    private final int steps;

    Kind(String words, int steps) {
      this.words = words;
      this.steps = steps;
    }

    /** At random places, each segment of at least an eighth of the series. */
    List<Integer> places(int n, Random random) {
      int least = n / 8;
      while (true) {
        List<Integer> places = random.ints(steps, least, n - least + 1).sorted().boxed().toList();
        boolean apart = true;
        for (int i = 1; i < places.size(); i++) {
          apart &= places.get(i) - places.get(i - 1) >= least;
        }
        if (apart) {
          return places;
        }
      }
    }

    double level(int segment) {
      return segment % 2;
    }
  }

  private static Tally run(Kind kind, int n, double shift, int repetitions, long seed) {
    Random random = new Random(seed);
    int found = 0;
    int reported = 0;
    int alarmed = 0;
    for (int repetition = 0; repetition < repetitions; repetition++) {
      List<Integer> places = kind.places(n, random);
      double[] values = new double[n];
      int segment = 0;
      for (int i = 0; i < n; i++) {
        segment += segment < places.size() && i == places.get(segment) ? 1 : 0;
        values[i] = shift * kind.level(segment) + random.nextGaussian();
      }
      List<Integer> left =
          new ArrayList<>(
              new ChangePoints(new Detection(0.01, 199, 3, repetition))
                  .find(values).stream().map(ChangePoint::place).toList());
      reported += left.size();
      alarmed += left.isEmpty() ? 0 : 1;
      for (int place : places) {
        if (left.removeIf(other -> Math.abs(other - place) <= NEAR)) {
          found++;
        }
      }
    }
    return new Tally(found, kind.steps * repetitions, reported, alarmed);
  }

  /** One false alarm in a hundred is meant; more than five in 200 have a chance of 2 %. */
  @Test
  void falseAlarmsAreAsRareAsAlphaSays() {
    Tally tally = run(Kind.NONE, 40, 0, 200, 1);
    assertTrue(tally.alarmed() <= 6, tally::toString);
  }

  /** Of long series quantiles are permuted, at about twice alpha; more than six have 1 %. */
  @Test
  void falseAlarmsAreHardlyMoreInLongSeries() {
    Tally tally = run(Kind.NONE, 4000, 0, 100, 4);
    assertTrue(tally.alarmed() <= 6, tally::toString);
  }

  @Test
  void largeStepsAreFoundAndLittleElse() {
    Tally tally = run(Kind.ONE, 40, 5, 50, 2);
    assertEquals(100, tally.recall(), 4, "one of 25 may lie further off");
    assertTrue(tally.precision() > 95, tally::toString);
    tally = run(Kind.UP_AND_DOWN, 80, 5, 25, 3);
    assertTrue(tally.recall() > 90 && tally.precision() > 90, tally::toString);
  }

  @Test
  @Tag("slow")
  void table() {
    int repetitions = 500;
    System.out.println("| series | points | step / noise | recall | precision |");
    System.out.println("|---|--:|--:|--:|--:|");
    for (int n : new int[] {20, 40, 100, 400, 4000}) {
      Tally none = run(Kind.NONE, n, 0, 4 * repetitions, n);
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | | %d of %d series show one | |%n",
          Kind.NONE.words,
          n,
          none.alarmed(),
          4 * repetitions);
      double meant = 4 * repetitions * (n > EnergySplit.MOST_FREE ? 0.02 : 0.01);
      // four standard errors above alpha or, where quantiles are permuted, above twice alpha
      assertTrue(none.alarmed() <= meant + 4 * Math.sqrt(meant), none::toString);
    }
    for (Kind kind : List.of(Kind.ONE, Kind.UP_AND_DOWN)) {
      for (int n : new int[] {20, 40, 100}) {
        double before = 0;
        for (double shift : new double[] {1, 2, 3, 5, 10}) {
          Tally tally = run(kind, n, shift, repetitions, n);
          System.out.printf(
              Locale.ROOT,
              "| %s | %d | %.0f | %.1f %% | %.1f %% |%n",
              kind.words,
              n,
              shift,
              tally.recall(),
              tally.precision());
          // more signal finds more, up to five standard errors of a share
          assertTrue(tally.recall() > before - 8, tally::toString);
          before = tally.recall();
        }
      }
    }
  }
}
