package io.tokensweep.spark;

import io.tokensweep.spark.device.ArithmeticLimit;
import io.tokensweep.store.Bootstrap;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.UnitCommit.ThroughputSample;
import io.tokensweep.store.UnitCommit.Warmup;
import io.tokensweep.sweep.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;

/** All sessions of a trial together, compared with the unreduced network in the same rounds. */
final class TimingSummary {
  private final Precision precision;
  private final List<ThroughputSample> sessions;
  private final List<ThroughputSample> baseline;
  private final boolean baselineIsFinite;

  /**
   * @param sessions of the trial, none of which failed
   * @param baseline sessions of the unreduced network, timed with those of the trial
   * @param baselineIsFinite whether its logits were numbers wherever it was evaluated
   */
  TimingSummary(
      Precision precision,
      List<ThroughputSample> sessions,
      List<ThroughputSample> baseline,
      boolean baselineIsFinite) {
    this.precision = precision;
    this.sessions = inOrder(sessions);
    this.baseline = inOrder(baseline);
    this.baselineIsFinite = baselineIsFinite;
  }

  private static List<ThroughputSample> inOrder(List<ThroughputSample> sessions) {
    return sessions.stream().sorted(Comparator.comparingInt(ThroughputSample::session)).toList();
  }

  TrialRow.Throughput throughput() {
    List<double[]> rates = rates(sessions);
    double[] all = rates.stream().flatMapToDouble(DoubleStream::of).toArray();
    ThroughputSample first = sessions.get(0);
    return new TrialRow.Throughput(
        new Interval(
            Bootstrap.percentile(all, 50),
            Bootstrap.percentile(all, 25),
            Bootstrap.percentile(all, 75)),
        first.batchSize(),
        first.threads(),
        all.length,
        Optional.of(timing(Bootstrap.median(rates))));
  }

  private TrialRow.Timing timing(Interval rate) {
    return new TrialRow.Timing(
        rate,
        ratio(),
        latency(),
        sessions.size(),
        sessions.stream().mapToInt(session -> session.warmup().batches()).max().orElseThrow(),
        stable(sessions),
        memory(),
        macsPerSecond(sessions),
        limit(sessions),
        warning(),
        new TrialRow.Audited(
            sessions.stream().mapToInt(session -> session.audit().images()).max().orElseThrow(),
            sessions.stream()
                .mapToDouble(session -> session.audit().difference())
                .max()
                .orElseThrow()));
  }

  /** Why the timing cannot be believed; empty if nothing is against it. */
  Optional<String> problem() {
    return problem(sessions);
  }

  private Optional<String> problem(List<ThroughputSample> sessions) {
    return sessions.stream()
        .map(session -> session.audit().problem())
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .or(
            () ->
                isJudged(sessions, ArithmeticLimit.Verdict.IMPOSSIBLE)
                    ? Optional.of(impossible(sessions))
                    : Optional.empty());
  }

  private static String impossible(List<ThroughputSample> sessions) {
    double rate = macsPerSecond(sessions);
    return "the timing is impossible: %.3g MACs per second are %.0f %% of what the device reached in plain products"
        .formatted(rate, 100 * rate / limit(sessions).orElseThrow());
  }

  private static List<double[]> rates(List<ThroughputSample> sessions) {
    return sessions.stream()
        .map(
            session ->
                session.seconds().stream()
                    .mapToDouble(seconds -> session.batchSize() / seconds)
                    .toArray())
        .toList();
  }

  private boolean isBaselineTimed() {
    return baseline.size() == sessions.size()
        && baseline.stream().allMatch(session -> session.error().isEmpty());
  }

  /** Why nothing can be compared with the unreduced network; empty if it can. */
  private Optional<String> baselineProblem() {
    if (!isBaselineTimed()) {
      return Optional.of("the unreduced network could not be timed with it");
    }
    return baselineIsFinite && problem(baseline).isEmpty()
        ? Optional.empty()
        : Optional.of("the unreduced network is invalid");
  }

  private Optional<Interval> ratio() {
    return baselineProblem().isEmpty()
        ? Optional.of(Bootstrap.ratio(rates(sessions), rates(baseline)))
        : Optional.empty();
  }

  private Optional<TrialRow.Latency> latency() {
    double[] milliseconds =
        sessions.stream()
            .flatMap(session -> session.latencies().stream())
            .mapToDouble(seconds -> 1000 * seconds)
            .toArray();
    return milliseconds.length == 0
        ? Optional.empty()
        : Optional.of(
            new TrialRow.Latency(
                Bootstrap.percentile(milliseconds, 50),
                Bootstrap.percentile(milliseconds, 90),
                Bootstrap.percentile(milliseconds, 99),
                milliseconds.length));
  }

  /** Empty if warm-up was too short to tell. */
  private static Optional<Boolean> stable(List<ThroughputSample> sessions) {
    List<Warmup> warmups = sessions.stream().map(ThroughputSample::warmup).toList();
    return warmups.stream().allMatch(warmup -> warmup.batches() >= Stability.WINDOW)
        ? Optional.of(warmups.stream().allMatch(Warmup::stable))
        : Optional.empty();
  }

  /** What else the process does meanwhile can only add to it. */
  private OptionalLong memory() {
    return sessions.stream()
        .flatMap(session -> session.memory().stream())
        .mapToLong(Long::longValue)
        .min();
  }

  /** That of the fastest session, at its median. */
  private static double macsPerSecond(List<ThroughputSample> sessions) {
    return sessions.stream()
        .mapToDouble(session -> session.speed().macsPerSecond())
        .max()
        .orElseThrow();
  }

  /** The most that the device reached in any session. */
  private static OptionalDouble limit(List<ThroughputSample> sessions) {
    return sessions.stream()
        .mapToDouble(session -> session.speed().limit())
        .filter(limit -> limit > 0)
        .max();
  }

  private boolean isJudged(List<ThroughputSample> sessions, ArithmeticLimit.Verdict verdict) {
    return limit(sessions).stream()
        .mapToObj(limit -> new ArithmeticLimit(precision, sessions.get(0).threads(), limit))
        .anyMatch(limit -> limit.verdict(macsPerSecond(sessions)) == verdict);
  }

  /** Without figures, which are in columns: equal reasons of trials are equal text. */
  private Optional<String> warning() {
    List<String> warnings = new ArrayList<>();
    if (isJudged(sessions, ArithmeticLimit.Verdict.SUSPICIOUS)) {
      warnings.add("near the limit of what the device reached in plain products");
    }
    if (isUnstable(sessions)) {
      warnings.add("times were not stable when timing began");
    }
    baselineProblem().ifPresent(warnings::add);
    if (isUnstable(baseline) && !baseline.equals(sessions)) {
      warnings.add("times of the unreduced network were not stable when timing began");
    }
    return warnings.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(TrialRow.Timing.BETWEEN_DOUBTS, warnings));
  }

  private static boolean isUnstable(List<ThroughputSample> sessions) {
    return stable(sessions).filter(stable -> !stable).isPresent();
  }
}
