package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Status;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.store.UnitCommit.Audit;
import io.tokensweep.store.UnitCommit.Speed;
import io.tokensweep.store.UnitCommit.ThroughputSample;
import io.tokensweep.store.UnitCommit.Warmup;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of timed sessions in a trial's row. */
class TimingSummaryTest {
  private static final Audit GOOD = new Audit(4, 1e6, 0, "");
  private static final Warmup STABLE = new Warmup(3, true);
  private static final Speed SLOW = new Speed(1e9, 1e10);

  @TempDir Path folder;
  private Sweep sweep;
  private Trial trial;
  private Trial baseline;

  @BeforeEach
  void plan() throws IOException {
    sweep = TinySweep.read(TinySweep.write(folder), "measure.quality=", "methods=[evit]");
    Group group = Plan.of(sweep, OptionalInt.empty(), Set.of()).groups().get(0);
    trial = group.trials().get(0);
    baseline = group.baseline();
  }

  private static ThroughputSample sample(
      Trial trial, int session, List<Double> seconds, Warmup warmup, Audit audit, Speed speed) {
    return new ThroughputSample(
        trial.id().value(),
        session,
        4,
        2,
        seconds,
        List.of(0.001, 0.003, 0.002),
        warmup,
        List.of(100L, 300L),
        audit,
        speed,
        "");
  }

  private ThroughputSample good(Trial of, int session, Double... seconds) {
    return sample(of, session, List.of(seconds), STABLE, GOOD, SLOW);
  }

  private TrialRow row(ThroughputSample... samples) {
    List<UnitCommit> units = new ArrayList<>();
    for (ThroughputSample sample : samples) {
      units.add(UnitCommit.ofThroughput("u" + sample.session(), List.of(sample)));
    }
    return new TrialSummaries("run", sweep.measure(), 0, units).row(trial);
  }

  private static TrialRow.Timing timing(TrialRow row) {
    return row.throughput().orElseThrow().timing().orElseThrow();
  }

  private TrialRow judged(Audit audit, Speed speed) {
    return row(
        good(baseline, 0, 1.0, 1.0), sample(trial, 0, List.of(0.5, 0.5), STABLE, audit, speed));
  }

  @Test
  void sessionsArePooled() {
    TrialRow row =
        row(
            good(trial, 1, 2.0, 2.0),
            good(trial, 0, 1.0, 1.0),
            good(baseline, 0, 2.0, 2.0),
            good(baseline, 1, 4.0, 4.0));
    assertEquals(Status.OK, row.status());
    TrialRow.Throughput throughput = row.throughput().orElseThrow();
    assertEquals(4, throughput.batches());
    assertEquals(3, throughput.imagesPerSecond().value());
    TrialRow.Timing timing = timing(row);
    assertEquals(2, timing.sessions());
    assertEquals(new Interval(3, 2, 4), timing.imagesPerSecond());
    assertEquals(Optional.of(new Interval(2, 2, 2)), timing.ratio());
    assertEquals(6, timing.latency().orElseThrow().passes());
    assertEquals(2, timing.latency().orElseThrow().p50(), 1e-12);
    assertEquals(OptionalLong.of(100), timing.peakMemory());
    assertEquals(Optional.empty(), timing.warning());
  }

  @Test
  void anotherForwardPassThanTheEvaluatedOneIsInvalid() {
    TrialRow row = judged(new Audit(4, 1e6, 0.5, "logits differ"), SLOW);
    assertEquals(Status.INVALID, row.status());
    assertEquals(Optional.of("logits differ"), row.error());
    assertEquals(0.5, timing(row).audit().difference());
  }

  @Test
  void whatTheDeviceCannotDoIsInvalid() {
    TrialRow row = judged(GOOD, new Speed(1.5e10, 1e10));
    assertEquals(Status.INVALID, row.status());
    assertTrue(row.error().orElseThrow().contains("150 %"), row.error().toString());
    assertEquals(1e10, timing(row).limit().orElseThrow());
  }

  @Test
  void whatIsNearItIsFlagged() {
    TrialRow row = judged(GOOD, new Speed(8e9, 1e10));
    assertEquals(Status.OK, row.status());
    assertEquals(
        List.of("near the limit of what the device reached in plain products"),
        timing(row).doubts());
    assertEquals(8e9, timing(row).macsPerSecond());
    assertEquals(Optional.empty(), timing(judged(GOOD, new Speed(7.4e9, 1e10))).warning());
  }

  @Test
  void timesThatWereNotStableAreSaid() {
    TrialRow row =
        row(
            good(baseline, 0, 1.0),
            sample(trial, 0, List.of(1.0), new Warmup(20, false), GOOD, SLOW));
    assertEquals(Optional.of(false), timing(row).stable());
    assertEquals(20, timing(row).warmup());
    assertEquals(List.of("times were not stable when timing began"), timing(row).doubts());
  }

  @Test
  void tooFewWarmUpBatchesTellNothingOfStability() {
    Warmup two = new Warmup(2, false);
    TrialRow row =
        row(
            sample(baseline, 0, List.of(1.0), two, GOOD, SLOW),
            sample(trial, 0, List.of(1.0), two, GOOD, SLOW));
    assertEquals(Optional.empty(), timing(row).stable());
    assertEquals(Optional.empty(), timing(row).warning());
  }

  @Test
  void thereIsNoRatioToABaselineThatIsInvalid() {
    Audit other = new Audit(4, 1e6, 0.5, "logits differ");
    for (ThroughputSample invalid :
        List.of(
            sample(baseline, 1, List.of(1.0), STABLE, other, SLOW),
            sample(baseline, 1, List.of(1.0), STABLE, GOOD, new Speed(2e10, 1e10)))) {
      TrialRow row = row(good(baseline, 0, 1.0), invalid, good(trial, 0, 0.5), good(trial, 1, 0.5));
      assertEquals(Status.OK, row.status());
      assertEquals(Optional.empty(), timing(row).ratio());
      assertEquals(List.of("the unreduced network is invalid"), timing(row).doubts());
    }
  }

  @Test
  void thereIsNoRatioToABaselineWhoseLogitsAreNoNumbers() {
    UnitCommit.QualityTotals totals =
        new UnitCommit.QualityTotals(
            baseline.id().value(), 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), "0", "");
    UnitCommit timed =
        UnitCommit.ofThroughput("t", List.of(good(baseline, 0, 1.0), good(trial, 0, 0.5)));
    TrialRow row =
        new TrialSummaries(
                "run",
                sweep.measure(),
                0,
                List.of(UnitCommit.ofQuality("q", List.of(totals), 0), timed))
            .row(trial);
    assertEquals(Optional.empty(), timing(row).ratio());
    assertEquals(List.of("the unreduced network is invalid"), timing(row).doubts());
  }

  @Test
  void aBaselineThatWasNotStableIsSaid() {
    TrialRow row =
        row(
            sample(baseline, 0, List.of(1.0), new Warmup(20, false), GOOD, SLOW),
            good(trial, 0, 0.5));
    assertTrue(timing(row).ratio().isPresent());
    assertEquals(
        List.of("times of the unreduced network were not stable when timing began"),
        timing(row).doubts());
  }

  @Test
  void theFastestSessionIsJudgedByTheHighestLimit() {
    TrialRow row =
        row(
            sample(trial, 0, List.of(1.0), STABLE, GOOD, new Speed(1.5e10, 1e10)),
            sample(trial, 1, List.of(1.0), STABLE, GOOD, new Speed(1e9, 4e10)));
    assertEquals(Status.OK, row.status());
    assertEquals(1.5e10, timing(row).macsPerSecond());
    assertEquals(4e10, timing(row).limit().orElseThrow());
  }

  @Test
  void withoutABaselineThereIsNoRatio() {
    TrialRow row = row(good(trial, 0, 1.0));
    assertEquals(Status.OK, row.status());
    assertEquals(Optional.empty(), timing(row).ratio());
    assertTrue(timing(row).warning().orElseThrow().contains("unreduced network"));
  }
}
