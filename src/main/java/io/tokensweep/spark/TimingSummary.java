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
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** All sessions of a trial together, compared with the unreduced network in the same rounds. */
final class TimingSummary {
  private final Precision precision;
  private final List<ThroughputSample> sessions;
  private final List<ThroughputSample> baseline;

  /**
   * @param sessions of the trial, none of which failed
   * @param baseline sessions of the unreduced network, timed with those of the trial
   */
  TimingSummary(
      Precision precision, List<ThroughputSample> sessions, List<ThroughputSample> baseline) {
    this.precision = precision;
    this.sessions = inOrder(sessions);
    this.baseline = inOrder(baseline);
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
        isStable(),
        memory(),
        macsPerSecond(),
        limit(),
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
    return sessions.stream()
        .map(session -> session.audit().problem())
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .or(() -> judged(ArithmeticLimit.Verdict.IMPOSSIBLE, "the timing is impossible"));
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

  private Optional<Interval> ratio() {
    return isBaselineTimed()
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

  private boolean isStable() {
    return sessions.stream().map(ThroughputSample::warmup).allMatch(Warmup::stable);
  }

  /** What else the process does meanwhile can only add to it. */
  private OptionalLong memory() {
    return sessions.stream()
        .flatMap(session -> session.memory().stream())
        .mapToLong(Long::longValue)
        .min();
  }

  /** At the median of all sessions. */
  private double macsPerSecond() {
    double rate =
        Bootstrap.percentile(
            rates(sessions).stream().flatMapToDouble(DoubleStream::of).toArray(), 50);
    return rate
        * sessions.stream().mapToDouble(session -> session.audit().macs()).max().orElseThrow();
  }

  private OptionalDouble limit() {
    return sessions.stream()
        .mapToDouble(session -> session.speed().limit())
        .filter(limit -> limit > 0)
        .max();
  }

  /** What is said of the session that is nearest to the limit, if it is judged so. */
  private Optional<String> judged(ArithmeticLimit.Verdict verdict, String words) {
    OptionalDouble limit = limit();
    if (limit.isEmpty()) {
      return Optional.empty();
    }
    double rate =
        sessions.stream()
            .mapToDouble(session -> session.speed().macsPerSecond())
            .max()
            .orElseThrow();
    ArithmeticLimit most =
        new ArithmeticLimit(precision, sessions.get(0).threads(), limit.getAsDouble());
    return most.verdict(rate) == verdict
        ? Optional.of(
            "%s: %.3g MACs per second are %.0f %% of what the device reached in plain products"
                .formatted(words, rate, 100 * most.share(rate)))
        : Optional.empty();
  }

  private Optional<String> warning() {
    List<String> warnings = new ArrayList<>();
    judged(ArithmeticLimit.Verdict.SUSPICIOUS, "near the limit").ifPresent(warnings::add);
    if (!isStable()) {
      warnings.add(
          "times were not stable after %d warm-up batches"
              .formatted(most(session -> session.warmup().batches())));
    }
    if (!isBaselineTimed()) {
      warnings.add("the unreduced network could not be timed with it");
    }
    return warnings.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", warnings));
  }

  private int most(Function<ThroughputSample, Integer> value) {
    return sessions.stream().map(value).max(Comparator.naturalOrder()).orElseThrow();
  }
}
