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

  @Test
  void withoutAnyLimitSecondsAreCompared() {
    Change throughput =
        TimedRun.compare(runs("base", 0, 0), runs("head", 0, 0), Criteria.USUAL).get(0).get(0);
    assertEquals(0, throughput.effect().value(), 1e-9, "equal but for rounding");
  }
}
