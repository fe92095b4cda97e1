package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How often equal code is called better or worse where the machine drifts, and how often slower
 * code and code that takes more memory are found there. Head is measured behind base, never beside
 * it.
 */
class FalseAlarmTest {
  /** Verdicts other than same and undecided. */
  private record Found(Share any, Share slower, Share larger) {}

  /**
   * @param runs of each side
   * @param sessions of each run
   */
  private static Found simulate(
      int comparisons, int runs, int sessions, double slower, double growth, long seed) {
    int any = 0;
    int slow = 0;
    int large = 0;
    for (int i = 0; i < comparisons; i++) {
      DriftingMachine machine = new DriftingMachine(seed + i);
      List<TimedRun> base = runs(machine, "base", runs, sessions, 1, 1);
      List<TimedRun> head = runs(machine, "head", runs, sessions, slower, growth);
      List<List<Change>> trials = TimedRun.compare(base, head, Criteria.USUAL);
      any += trials.stream().flatMap(List::stream).anyMatch(FalseAlarmTest::isAlarm) ? 1 : 0;
      slow += isWorse(trials.get(1), Metric.THROUGHPUT) ? 1 : 0;
      large += isWorse(trials.get(1), Metric.MEMORY) ? 1 : 0;
    }
    return new Found(
        new Share(any, comparisons), new Share(slow, comparisons), new Share(large, comparisons));
  }

  private static List<TimedRun> runs(
      DriftingMachine machine, String side, int runs, int sessions, double slower, double growth) {
    List<TimedRun> list = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      list.add(machine.run(side + run, sessions, slower, growth));
    }
    return list;
  }

  private static boolean isAlarm(Change change) {
    return change.verdict() == Verdict.WORSE || change.verdict() == Verdict.BETTER;
  }

  private static boolean isWorse(List<Change> changes, Metric metric) {
    return changes.stream()
        .anyMatch(change -> change.metric() == metric && change.verdict() == Verdict.WORSE);
  }

  /** At a true 5 %, a share above 8.3 % of 250 has a chance of one in a hundred. */
  @Test
  void equalCodeRaisesNoMoreAlarmsThanAlphaThoughTheMachineDrifts() {
    Share any = simulate(250, 1, 10, 1, 1, 1).any();
    assertTrue(any.percent() <= 8.3, any::toString);
  }

  @Test
  void slowerCodeIsFoundThoughTheMachineDrifts() {
    Share slower = simulate(50, 1, 10, 1.1, 1, 1).slower();
    assertTrue(slower.percent() >= 90, slower::toString);
  }

  @Test
  @Tag("slow")
  void falseAlarmsAndPowerOnADriftingMachine() {
    System.out.println("| runs × sessions | 0 | 2 % | 5 % | 10 % |");
    System.out.println("|---|--:|--:|--:|--:|");
    for (int[] size : new int[][] {{1, 5}, {1, 10}, {1, 20}, {4, 5}, {8, 5}}) {
      Found equal = simulate(1000, size[0], size[1], 1, 1, 10_000);
      System.out.printf("| %d × %d | %s ", size[0], size[1], equal.any());
      for (double slower : new double[] {1.02, 1.05, 1.1}) {
        System.out.printf("| %s ", simulate(1000, size[0], size[1], slower, 1, 20_000).slower());
      }
      System.out.println("|");
      assertTrue(equal.any().hits() <= 70, equal.any()::toString); // 50 and three deviations
    }
    System.out.println();
    System.out.println("| sessions | 10 % more memory | 20 % | 50 % |");
    System.out.println("|---|--:|--:|--:|");
    for (int sessions : new int[] {5, 10, 20}) {
      System.out.printf("| %d ", sessions);
      for (double growth : new double[] {1.1, 1.2, 1.5}) {
        System.out.printf("| %s ", simulate(1000, 1, sessions, 1, growth, 30_000).larger());
      }
      System.out.println("|");
    }
  }
}
