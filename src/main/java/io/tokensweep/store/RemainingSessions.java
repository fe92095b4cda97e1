package io.tokensweep.store;

import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Throughput;
import io.tokensweep.store.TrialRow.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Sums up the timing of a trial again, from those of its sessions that are in no quarantine: rates,
 * their ratio to the unreduced network, latencies. Memory, warm-up, limit and doubts stay those of
 * all sessions.
 */
final class RemainingSessions {
  /** One timed pass. */
  private record Pass(int round, int batchSize, double seconds) {}

  private final Map<String, List<Pass>> trial = new TreeMap<>();
  private final Map<String, List<Pass>> baseline = new TreeMap<>();
  private final List<Double> milliseconds = new ArrayList<>();
  private final String trialId;

  RemainingSessions(String trialId) {
    this.trialId = trialId;
  }

  /** A row of {@code timings} that may be used. */
  void batch(ParquetRows.Row row) {
    Pass pass = new Pass(row.int32("round"), row.int32("batch_size"), row.real("seconds"));
    String unit = row.text("unit_id");
    if (row.text("trial_id").equals(trialId)) {
      trial.computeIfAbsent(unit, any -> new ArrayList<>()).add(pass);
    }
    if (row.has("baseline") && row.bool("baseline")) {
      baseline.computeIfAbsent(unit, any -> new ArrayList<>()).add(pass);
    }
  }

  /** A row of {@code latencies} that may be used. */
  void image(ParquetRows.Row row) {
    if (row.text("trial_id").equals(trialId)) {
      milliseconds.add(1000 * row.real("seconds"));
    }
  }

  /** Empty if no session is left. */
  Optional<Throughput> summary(Throughput before) {
    List<double[]> rates = rates(trial);
    double[] all = rates.stream().flatMapToDouble(DoubleStream::of).toArray();
    if (all.length == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Throughput(
            new Interval(
                Bootstrap.percentile(all, 50),
                Bootstrap.percentile(all, 25),
                Bootstrap.percentile(all, 75)),
            before.batchSize(),
            before.threads(),
            all.length,
            before.timing().map(timing -> timing(timing, rates))));
  }

  private Timing timing(Timing before, List<double[]> rates) {
    double[] times = milliseconds.stream().mapToDouble(Double::doubleValue).toArray();
    return new Timing(
        Bootstrap.median(rates),
        before.ratio().flatMap(any -> ratio()),
        times.length == 0
            ? Optional.empty()
            : Optional.of(
                new TrialRow.Latency(
                    Bootstrap.percentile(times, 50),
                    Bootstrap.percentile(times, 90),
                    Bootstrap.percentile(times, 99),
                    times.length)),
        rates.size(),
        before.warmup(),
        before.stable(),
        before.peakMemory(),
        before.macsPerSecond(),
        before.limit(),
        before.warning(),
        before.audit());
  }

  /** Of the sessions that both have. */
  private Optional<Interval> ratio() {
    Map<String, List<Pass>> numerators = new TreeMap<>(trial);
    Map<String, List<Pass>> denominators = new TreeMap<>(baseline);
    numerators.keySet().retainAll(baseline.keySet());
    denominators.keySet().retainAll(trial.keySet());
    return numerators.isEmpty()
        ? Optional.empty()
        : Optional.of(Bootstrap.ratio(rates(numerators), rates(denominators)));
  }

  private static List<double[]> rates(Map<String, List<Pass>> sessions) {
    return sessions.values().stream()
        .map(
            passes ->
                passes.stream()
                    .sorted(Comparator.comparingInt(Pass::round))
                    .mapToDouble(pass -> pass.batchSize() / pass.seconds())
                    .toArray())
        .toList();
  }
}
