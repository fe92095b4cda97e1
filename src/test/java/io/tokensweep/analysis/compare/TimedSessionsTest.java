package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.analysis.compare.TimedRun.Medians;
import io.tokensweep.analysis.compare.TimedRun.Session;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimedSessionsTest {
  private static final double LIMIT = 1e11;
  private static final Medians NONE = new Medians(0.1, 0.01, 1 << 20);
  private static final Medians METHOD = new Medians(0.05, 0.005, 1 << 20);

  /** Runs of a side, one for each limit. */
  private static List<TimedRun> runs(String side, double... limits) {
    return IntStream.range(0, limits.length)
        .mapToObj(i -> new TimedRun(side + i, List.of(new Session(limits[i], NONE, METHOD))))
        .toList();
  }

  private static List<Metric> metrics(List<Change> changes) {
    return changes.stream().map(Change::metric).toList();
  }

  /** The one would be in seconds, the other in MACs at the limit. */
  @Test
  void aLimitOnOneSideOnlyLeavesTheUnreducedNetworkUncompared() {
    List<List<Change>> changes =
        TimedRun.compare(runs("base", 0, 0), runs("head", LIMIT, LIMIT), Criteria.USUAL);
    assertEquals(List.of(Metric.MEMORY), metrics(changes.get(0)));
    assertEquals(
        List.of(Metric.THROUGHPUT, Metric.LATENCY, Metric.MEMORY),
        metrics(changes.get(1)),
        "ratios to the unreduced network need no limit");
  }

  @Test
  void whereSomeRunsHaveALimitTheyAreCompared() {
    for (double[] base : new double[][] {{0, LIMIT, LIMIT}, {LIMIT, LIMIT}}) {
      Change throughput =
          TimedRun.compare(runs("base", base), runs("head", LIMIT, 0, LIMIT), Criteria.USUAL)
              .get(0)
              .get(0);
      assertEquals(Metric.THROUGHPUT, throughput.metric());
      assertEquals(0, throughput.effect().value(), 1e-9, "equal but for rounding");
      assertEquals(2, throughput.repeated().orElseThrow().times());
    }
  }

  private static List<TimedRun> growing(String side, long none, long method) {
    return List.of(
        new TimedRun(
            side,
            IntStream.range(0, 8)
                .mapToObj(
                    i ->
                        new Session(
                            LIMIT,
                            new Medians(0.1, 0.01, (none << 20) + i),
                            new Medians(0.05, 0.005, (method << 20) + i)))
                .toList()));
  }

  private static Change memory(List<Change> changes) {
    return changes.stream()
        .filter(change -> change.metric() == Metric.MEMORY)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void memoryOfAMethodIsRelativeToTheUnreducedNetworkOfTheSession() {
    List<List<Change>> changes =
        TimedRun.compare(growing("base", 40, 30), growing("head", 60, 45), Criteria.USUAL);
    assertEquals(Verdict.WORSE, memory(changes.get(0)).verdict());
    assertEquals(50, memory(changes.get(0)).effect().value(), 1e-3);
    assertEquals(8, memory(changes.get(0)).repeated().orElseThrow().times());
    assertEquals(Verdict.SAME, memory(changes.get(1)).verdict());
    assertEquals(0, memory(changes.get(1)).effect().value(), 1e-3);
    Change alone =
        memory(
            TimedRun.compare(growing("base", 40, 30), growing("head", 40, 45), Criteria.USUAL)
                .get(1));
    assertEquals(Verdict.WORSE, alone.verdict());
    assertEquals(50, alone.effect().value(), 1e-3);
  }

  /** Java and the allocator change the memory of a pass by some MiB. */
  @Test
  void aFewMebibytesAreNoRegression() {
    for (int more : new int[] {3, 6}) {
      List<List<Change>> changes =
          TimedRun.compare(growing("base", 20, 20), growing("head", 20 + more, 20), Criteria.USUAL);
      assertEquals(more < 4 ? Verdict.UNDECIDED : Verdict.WORSE, memory(changes.get(0)).verdict());
    }
  }

  @Test
  void withoutAnyLimitSecondsAreCompared() {
    Change throughput =
        TimedRun.compare(runs("base", 0, 0), runs("head", 0, 0), Criteria.USUAL).get(0).get(0);
    assertEquals(0, throughput.effect().value(), 1e-9, "equal but for rounding");
  }
}
