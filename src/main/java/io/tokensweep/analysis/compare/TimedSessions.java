package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.compare.Evidence.Sessions;
import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.SessionMedians;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Timing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Compares what was timed, session against session. A session counts once, with the logarithm of
 * its median. Throughput and latency are taken relative to the unreduced network of the same
 * session; those of the unreduced network itself relative to the arithmetic limit that its run
 * found the device to have. So a machine that is slower as a whole makes no difference. Memory is
 * taken as it is, one value for each run.
 */
final class TimedSessions {
  private static final double INTERVAL_TAIL = 0.025;
  private static final String UNREDUCED = "none";

  private final ResultStore store;
  private final Criteria criteria;
  private final Map<String, List<SessionMedians>> throughput = new HashMap<>();
  private final Map<String, List<SessionMedians>> latency = new HashMap<>();

  TimedSessions(ResultStore store, Criteria criteria) {
    this.store = store;
    this.criteria = criteria;
  }

  /** Evidence for each metric that both sides have. */
  List<Evidence> evidence(List<Measured> base, List<Measured> head) {
    List<Evidence> all = new ArrayList<>();
    compare(Metric.THROUGHPUT, base, head, this::throughputs, TimedSessions::imagesPerSecond)
        .ifPresent(all::add);
    compare(Metric.LATENCY, base, head, this::latencies, TimedSessions::milliseconds)
        .ifPresent(all::add);
    compare(Metric.MEMORY, base, head, TimedSessions::logMemory, TimedSessions::memory)
        .ifPresent(all::add);
    return all;
  }

  private Optional<Evidence> compare(
      Metric metric,
      List<Measured> base,
      List<Measured> head,
      Function<Measured, DoubleStream> logarithms,
      Function<Measured, DoubleStream> shown) {
    double[] before = base.stream().flatMapToDouble(logarithms).toArray();
    double[] after = head.stream().flatMapToDouble(logarithms).toArray();
    return before.length == 0 || after.length == 0
        ? Optional.empty()
        : Optional.of(evidence(metric, median(base, shown), median(head, shown), before, after));
  }

  private static double median(List<Measured> runs, Function<Measured, DoubleStream> value) {
    return new Percentile().evaluate(runs.stream().flatMapToDouble(value).toArray(), 50);
  }

  /**
   * @param base value of that side
   * @param head likewise
   * @param before logarithms, one for each session
   * @param after likewise
   */
  Evidence evidence(Metric metric, double base, double head, double[] before, double[] after) {
    Shift shift = Shift.of(before, after, INTERVAL_TAIL);
    Shift equivalence = Shift.of(before, after, criteria.alpha());
    boolean testable = before.length > 1 && after.length > 1;
    return new Evidence(
        metric,
        base,
        head,
        percent(shift),
        percent(equivalence),
        testable ? OptionalDouble.of(RankSum.of(before, after).twoSided()) : OptionalDouble.empty(),
        Optional.of(new Sessions(before.length, after.length, deviation(before, after))));
  }

  private static Interval percent(Shift shift) {
    return new Interval(percent(shift.value()), percent(shift.low()), percent(shift.high()));
  }

  private static double percent(double logarithm) {
    return 100 * Math.expm1(logarithm);
  }

  /** Within the sides, in percent; NaN if neither has two sessions. */
  private static double deviation(double[] before, double[] after) {
    double squares = 0;
    int freedom = 0;
    for (double[] side : List.of(before, after)) {
      if (side.length > 1) {
        squares += StatUtils.variance(side) * (side.length - 1);
        freedom += side.length - 1;
      }
    }
    return freedom == 0 ? Double.NaN : 100 * Math.sqrt(squares / freedom);
  }

  private DoubleStream throughputs(Measured measured) {
    return sessions(measured, throughput, store::throughputSessions)
        .map(seconds -> Math.log(unit(measured)) - Math.log(seconds));
  }

  private DoubleStream latencies(Measured measured) {
    return sessions(measured, latency, store::latencySessions)
        .map(seconds -> Math.log(seconds) - Math.log(unit(measured)));
  }

  /**
   * Seconds of each session: parts of those of the unreduced network or, for that itself, as they
   * are.
   */
  private static DoubleStream sessions(
      Measured measured,
      Map<String, List<SessionMedians>> known,
      Function<Manifest, List<SessionMedians>> read) {
    String trial = measured.row().trialId();
    boolean relative = !isUnreduced(measured.row());
    return known.computeIfAbsent(measured.run().runId(), any -> read.apply(measured.run())).stream()
        .filter(session -> session.byTrial().containsKey(trial))
        .mapToDouble(session -> session.byTrial().get(trial) / (relative ? session.baseline() : 1));
  }

  /**
   * What the seconds of the unreduced network are compared with: the time of one MAC at the
   * arithmetic limit of the device. Its number of MACs is the same on both sides.
   */
  private static double unit(Measured measured) {
    return isUnreduced(measured.row())
        ? timing(measured)
            .map(Timing::limit)
            .filter(OptionalDouble::isPresent)
            .map(limit -> 1 / limit.getAsDouble())
            .orElse(1.0)
        : 1;
  }

  private static boolean isUnreduced(TrialRow row) {
    return row.configuration().method().equals(UNREDUCED);
  }

  private static DoubleStream logMemory(Measured measured) {
    return memory(measured).map(Math::log);
  }

  private static DoubleStream memory(Measured measured) {
    return timing(measured).stream()
        .flatMapToDouble(timing -> timing.peakMemory().stream().asDoubleStream())
        .filter(bytes -> bytes > 0);
  }

  private static DoubleStream imagesPerSecond(Measured measured) {
    return timing(measured).stream().mapToDouble(timing -> timing.imagesPerSecond().value());
  }

  private static DoubleStream milliseconds(Measured measured) {
    return timing(measured).flatMap(Timing::latency).stream().mapToDouble(TrialRow.Latency::p50);
  }

  private static Optional<Timing> timing(Measured measured) {
    return measured.row().throughput().flatMap(TrialRow.Throughput::timing);
  }
}
