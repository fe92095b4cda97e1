package io.tokensweep.analysis.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SymmetryCheckTest {
  private static Commit commit(int place) {
    return new Commit("%040x".formatted(place), place, Instant.EPOCH, false, "");
  }

  private static Series series(int number, List<Step> steps) {
    return new Series(
        Integer.toString(number),
        "machine",
        Metric.THROUGHPUT,
        "batch 1",
        "times",
        false,
        List.of(),
        steps);
  }

  private static Step step(int place, Verdict verdict) {
    return new Step(
        commit(place - 1), commit(place), List.of(), 1, 2, 10, OptionalDouble.of(0.005), verdict);
  }

  private static Symmetry check(int forward, int backward) {
    List<Series> looked = new ArrayList<>();
    for (int i = 0; i < Math.max(forward, backward); i++) {
      looked.add(series(i, List.of()));
    }
    return SymmetryCheck.of(
        looked,
        one -> Integer.parseInt(one.trialId()) < forward ? new int[] {10} : new int[0],
        one -> Integer.parseInt(one.trialId()) < backward ? new int[] {11} : new int[0],
        List.of());
  }

  @Test
  void aDetectorThatFindsLossesOnlyIsSuspect() {
    Symmetry symmetry = check(10, 0);
    assertTrue(symmetry.suspect());
    assertEquals(0, symmetry.both());
    assertTrue(symmetry.why().contains("one-sided"), symmetry.why());
    assertTrue(check(0, 10).suspect());
  }

  @Test
  void aDetectorThatFindsBothAlikeIsNot() {
    Symmetry symmetry = check(10, 9);
    assertFalse(symmetry.suspect());
    assertEquals(9, symmetry.both());
    assertFalse(check(0, 0).suspect());
  }

  @Test
  void stepsThatAllGoOneWayAreSuspectOnlyIfTheyAreOfManyCommits() {
    List<Series> ofOneCommit = new ArrayList<>();
    List<Series> ofMany = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      ofOneCommit.add(series(i, List.of(step(5, Verdict.WORSE))));
      ofMany.add(series(i, List.of(step(5 * i, Verdict.WORSE))));
    }
    Symmetry one = SymmetryCheck.of(List.of(), any -> new int[0], any -> new int[0], ofOneCommit);
    assertFalse(one.suspect(), one::why);
    assertEquals(1, one.worse());
    Symmetry many = SymmetryCheck.of(List.of(), any -> new int[0], any -> new int[0], ofMany);
    assertTrue(many.suspect());
    assertEquals(10, many.worse());
  }
}
