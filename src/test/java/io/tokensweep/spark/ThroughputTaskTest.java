package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.spark.device.ArithmeticLimits;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is timed of a group, in which order, and how it is checked. */
class ThroughputTaskTest {
  @TempDir static Path folder;

  private static Sweep sweep;
  private static Plan plan;
  private static Group reduced;

  @BeforeAll
  static void plan() throws IOException {
    EngineThreads.apply();
    sweep = TinySweep.read(TinySweep.write(folder), "methods=[random, evit]");
    plan = Plan.of(sweep, OptionalInt.of(10), Set.of());
    reduced = plan.groups().get(0);
  }

  private static UnitCommit time(Group group, String attempt) {
    return new ThroughputTask(
            "run",
            measure(),
            1,
            0,
            new TaskDevice.Cpu(),
            ArithmeticLimits.ofThisProcess(Device.cpu()))
        .run(
            "unit",
            group,
            plan.source().images(),
            PixelBatch.Pixels.decoding(plan.source()),
            List.of(0, 1, 2),
            folder.resolve(attempt));
  }

  private static Measure.Throughput measure() {
    return sweep.measure().throughput().orElseThrow();
  }

  private static Rounds rounds(long seed) {
    return new Rounds(reduced.timed(), seed, (trial, thrown) -> FailureReason.of(thrown));
  }

  private static List<String> orders(long seed, int rounds) {
    List<String> orders = new ArrayList<>();
    rounds(seed).run(rounds, (trial, round, position) -> orders.add(trial.id().value()));
    return orders;
  }

  @Test
  void noTrialHasAPlaceOfItsOwn() {
    int[] first = new int[reduced.timed().size()];
    rounds(0)
        .run(
            1000,
            (trial, round, position) ->
                first[reduced.timed().indexOf(trial)] += position == 0 ? 1 : 0);
    for (int count : first) {
      assertEquals(1000.0 / first.length, count, 50); // 3.5 standard deviations
    }
  }

  @Test
  void ordersAreThoseOfTheSeed() {
    assertEquals(orders(3, 20), orders(3, 20));
    assertNotEquals(orders(3, 20), orders(4, 20));
  }

  @Test
  void whoeverFailsIsLeftOutOfLaterRounds() {
    Rounds rounds = rounds(0);
    Trial culprit = reduced.trials().get(1);
    List<Trial> seen = new ArrayList<>();
    rounds.run(
        3,
        (trial, round, position) -> {
          if (trial.equals(culprit) && round == 1) {
            throw new IllegalStateException("no memory\nfor this");
          }
          seen.add(trial);
        });
    assertEquals(1, seen.stream().filter(culprit::equals).count());
    assertEquals(3L * (reduced.timed().size() - 1) + 1, seen.size());
    assertEquals("no memory", rounds.failure(culprit));
  }

  @Test
  void theBaselineIsTimedInEveryRoundThoughItIsNoTrial() {
    UnitCommit commit = time(reduced, "reduced");
    Trial none = reduced.baseline();
    assertTrue(reduced.trials().stream().noneMatch(none::equals));
    assertEquals(reduced.trials().size() + 1, commit.throughput().size());
    UnitCommit.ThroughputSample baseline = commit.throughput().get(reduced.trials().size());
    assertEquals(none.id().value(), baseline.trialId());
    assertEquals(measure().repeats(), baseline.seconds().size());
    assertEquals(measure().latencyRepeats(), baseline.latencies().size());
    TrialSummaries summaries = new TrialSummaries("run", sweep.measure(), 0, List.of(commit));
    for (Trial trial : reduced.trials()) {
      TrialRow.Timing timing =
          summaries.row(trial).throughput().orElseThrow().timing().orElseThrow();
      TrialRow.Interval ratio = timing.ratio().orElseThrow();
      assertTrue(ratio.low() <= ratio.value() && ratio.value() <= ratio.high());
    }
  }

  @Test
  void theBaselineIsItselfWhereItIsATrial() {
    Group group =
        Plan.of(TinySweep.read(folder.resolve("tiny.yaml")), OptionalInt.of(10), Set.of())
            .groups()
            .get(0);
    assertEquals(group.trials(), group.timed());
    assertTrue(group.trials().contains(group.baseline()));
    UnitCommit commit = time(group, "all");
    TrialSummaries summaries = new TrialSummaries("run", sweep.measure(), 0, List.of(commit));
    TrialRow row = summaries.row(group.baseline());
    assertEquals(
        new TrialRow.Interval(1, 1, 1),
        row.throughput().orElseThrow().timing().orElseThrow().ratio().orElseThrow());
  }

  @Test
  void pixelsThatDoNotFitFailTheTrialsAndNotTheRun() {
    PixelBatch.Pixels pixels = PixelBatch.Pixels.decoding(plan.source());
    UnitCommit commit =
        new ThroughputTask(
                "run",
                measure(),
                1,
                0,
                new TaskDevice.Cpu(),
                ArithmeticLimits.ofThisProcess(Device.cpu()))
            .run(
                "unit",
                reduced,
                plan.source().images(),
                (entry, index, view) -> {
                  if (index == 2) {
                    throw new OutOfMemoryError("Java heap space");
                  }
                  return pixels.of(entry, index, view);
                },
                List.of(0, 1, 2),
                folder.resolve("cramped"));
    assertEquals(reduced.timed().size(), commit.throughput().size());
    for (UnitCommit.ThroughputSample sample : commit.throughput()) {
      assertEquals(
          "out of Java heap at batch size 4; batch size 2 fits, 4 does not", sample.error());
    }
  }

  @Test
  void whatIsTimedIsWhatIsEvaluated() {
    for (UnitCommit.ThroughputSample sample : time(reduced, "audited").throughput()) {
      assertEquals("", sample.audit().problem());
      assertEquals(measure().batchSize(), sample.audit().images());
      assertEquals(0, sample.audit().difference());
      assertTrue(sample.audit().macs() > 0);
      assertTrue(sample.warmup().batches() >= measure().warmup());
      assertTrue(sample.warmup().batches() <= measure().warmupLimit());
    }
  }

  @Test
  void everyTimedBatchTellsTheMemoryOfItsTrial() throws SQLException {
    UnitCommit commit = time(reduced, "grown");
    Map<String, String> memory = new HashMap<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select trial_id, string_agg(distinct memory) from '%s' group by 1"
                    .formatted(folder.resolve("grown/timings/part-0.parquet")))) {
      while (rows.next()) {
        memory.put(rows.getString(1), rows.getString(2));
      }
    }
    assertEquals(reduced.timed().size(), commit.throughput().size());
    for (UnitCommit.ThroughputSample sample : commit.throughput()) {
      assertEquals(
          sample.memory().stream().min(Long::compare).map(String::valueOf).orElse(null),
          memory.get(sample.trialId()));
    }
  }
}
