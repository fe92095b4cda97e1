package io.tokensweep.analysis.history;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.math3.stat.inference.AlternativeHypothesis;
import org.apache.commons.math3.stat.inference.BinomialTest;

/** Does the detector treat gains and losses alike? */
final class SymmetryCheck {
  /** Of all steps found either way, those that have to be found both ways. */
  private static final double ALIKE = 0.8;

  /** A test near its level may go either way, as its permutations are others. */
  private static final int BY_CHANCE = 2;

  private static final double ALPHA = 0.01;

  private SymmetryCheck() {}

  /**
   * @param looked series that are looked through again
   * @param forward places of changes in a series
   * @param backward the same of the series from its end, as places from its beginning
   * @param all series with their steps
   */
  static Symmetry of(
      List<Series> looked,
      Function<Series, int[]> forward,
      Function<Series, int[]> backward,
      List<Series> all) {
    List<int[][]> found =
        looked.parallelStream()
            .map(one -> new int[][] {forward.apply(one), backward.apply(one)})
            .toList();
    int ahead = found.stream().mapToInt(pair -> pair[0].length).sum();
    int back = found.stream().mapToInt(pair -> pair[1].length).sum();
    int both = found.stream().mapToInt(pair -> common(pair[0], pair[1])).sum();
    int[] directions = directions(all);
    int once = ahead + back - 2 * both;
    String why = "";
    if (once > BY_CHANCE && both < ALIKE * (ahead + back - both)) {
      why =
          "the detector is one-sided: %d steps from the beginning, %d from the end, %d of them the same"
              .formatted(ahead, back, both);
    } else if (oneSided(directions[0], directions[1])) {
      why =
          "steps go nearly all in one direction: better at %d commits, worse at %d"
              .formatted(directions[0], directions[1]);
    }
    return new Symmetry(ahead, back, both, directions[0], directions[1], !why.isEmpty(), why);
  }

  /** Places in both, at most one apart. */
  private static int common(int[] first, int[] second) {
    int common = 0;
    int next = 0;
    for (int place : first) {
      while (next < second.length && second[next] < place - 1) {
        next++;
      }
      if (next < second.length && second[next] <= place + 1) {
        common++;
        next++;
      }
    }
    return common;
  }

  /** Commits at which most tested steps are gains, and losses. One commit may step many series. */
  private static int[] directions(Collection<Series> all) {
    Map<String, Integer> balance = new HashMap<>();
    for (Series series : all) {
      if (!series.exact()) {
        for (Step step : series.steps()) {
          int sign =
              switch (step.verdict()) {
                case BETTER -> 1;
                case WORSE -> -1;
                case CHANGED, IDENTICAL, SAME, UNDECIDED -> 0;
              };
          balance.merge(step.after().hash(), sign, Integer::sum);
        }
      }
    }
    return new int[] {
      (int) balance.values().stream().filter(sum -> sum > 0).count(),
      (int) balance.values().stream().filter(sum -> sum < 0).count()
    };
  }

  private static boolean oneSided(int better, int worse) {
    return better + worse > 0
        && new BinomialTest()
                .binomialTest(better + worse, better, 0.5, AlternativeHypothesis.TWO_SIDED)
            < ALPHA;
  }
}
