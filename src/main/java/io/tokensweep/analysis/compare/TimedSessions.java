package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.compare.Evidence.Sample;
import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.SessionMedians;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Compares what was timed, session against session. A session counts once, with the logarithm of
 * its median. Throughput and latency are taken relative to the unreduced network of the same
 * session, so a machine that is slower for a while makes no difference.
 *
 * <p>The unreduced network itself has nothing beside it in its session. It is taken relative to the
 * arithmetic limit that its run found the device to have, and counts once for each run: sessions of
 * a run follow each other, and what slows a machine lasts longer than a session, so they are not
 * independent. What memory a session takes does not depend on the one before, so it counts once for
 * each session; that of the unreduced network as it is.
 */
final class TimedSessions {
  private static final double INTERVAL_TAIL = 0.025;
  private static final String UNREDUCED = "none";

  private final Function<Manifest, List<SessionMedians>> throughput;
  private final Function<Manifest, List<SessionMedians>> latency;
  private final Criteria criteria;

  /**
   * @param throughput the sessions in which a run timed batches
   * @param latency those in which it timed single images
   */
  TimedSessions(
      Function<Manifest, List<SessionMedians>> throughput,
      Function<Manifest, List<SessionMedians>> latency,
      Criteria criteria) {
    this.throughput = throughput;
    this.latency = latency;
    this.criteria = criteria;
  }

  /**
   * Whether the unreduced network has a limit to be taken relative to on one side only, so that its
   * times cannot be compared.
   */
  static boolean hasOneLimit(List<Measured> base, List<Measured> head) {
    return isUnreduced(base.get(0).row()) && withLimit(base).isEmpty() != withLimit(head).isEmpty();
  }

  private static List<Measured> withLimit(List<Measured> runs) {
    return runs.stream().filter(run -> limit(run).isPresent()).toList();
  }

  /** Those with a limit, if any has one. */
  private static List<Measured> relative(List<Measured> runs) {
    List<Measured> known = withLimit(runs);
    return isUnreduced(runs.get(0).row()) && !known.isEmpty() ? known : runs;
  }

  /** Evidence of how fast it is, for each metric that both sides have. */
  List<Evidence> speed(List<Measured> base, List<Measured> head) {
    return hasOneLimit(base, head) ? List.of() : relativeSpeed(relative(base), relative(head));
  }

  /**
   * Whether any run tells how much memory the trial took, which since schema 1.3 its sessions do.
   */
  static boolean tellMemory(List<Measured> runs) {
    return runs.stream().flatMapToDouble(TimedSessions::bytes).findAny().isPresent();
  }

  /** Evidence of how much memory it takes; empty if one side does not know. */
  Optional<Evidence> memory(List<Measured> base, List<Measured> head) {
    return compare(Metric.MEMORY, Repeats.SESSIONS, base, head, this::growth, TimedSessions::bytes);
  }

  private List<Evidence> relativeSpeed(List<Measured> base, List<Measured> head) {
    List<Evidence> all = new ArrayList<>();
    Repeats repeats = isUnreduced(base.get(0).row()) ? Repeats.RUNS : Repeats.SESSIONS;
    compare(Metric.THROUGHPUT, repeats, base, head, this::speeds, TimedSessions::imagesPerSecond)
        .ifPresent(all::add);
    compare(Metric.LATENCY, repeats, base, head, this::latencies, TimedSessions::milliseconds)
        .ifPresent(all::add);
    return all;
  }

  private Optional<Evidence> compare(
      Metric metric,
      Repeats repeats,
      List<Measured> base,
      List<Measured> head,
      Function<Measured, DoubleStream> logarithms,
      Function<Measured, DoubleStream> shown) {
    double[] before = base.stream().flatMapToDouble(logarithms).toArray();
    double[] after = head.stream().flatMapToDouble(logarithms).toArray();
    return before.length == 0 || after.length == 0
        ? Optional.empty()
        : Optional.of(
            evidence(metric, repeats, median(base, shown), median(head, shown), before, after));
  }

  private static double median(List<Measured> runs, Function<Measured, DoubleStream> value) {
    return new Percentile().evaluate(runs.stream().flatMapToDouble(value).toArray(), 50);
  }

  /**
   * @param base value of that side
   * @param head likewise
   * @param before logarithms, one for each repeat
   * @param after likewise
   */
  Evidence evidence(
      Metric metric, Repeats repeats, double base, double head, double[] before, double[] after) {
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
        Optional.of(new Sample(repeats, before.length, after.length, deviation(before, after))));
  }

  private static Interval percent(Shift shift) {
    return new Interval(percent(shift.value()), percent(shift.low()), percent(shift.high()));
  }

  private static double percent(double logarithm) {
    return 100 * Math.expm1(logarithm);
  }

  /** Within the sides, in percent; NaN if neither has two values. */
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

  private DoubleStream speeds(Measured measured) {
    return seconds(measured, throughput).map(seconds -> -seconds);
  }

  private DoubleStream latencies(Measured measured) {
    return seconds(measured, latency);
  }

  /** Logarithms: of each session to the unreduced network, or one of that itself. */
  private static DoubleStream seconds(
      Measured measured, Function<Manifest, List<SessionMedians>> read) {
    String trial = measured.row().trialId();
    List<SessionMedians> sessions = sessions(measured, read);
    if (!isUnreduced(measured.row())) {
      return sessions.stream()
          .mapToDouble(session -> Math.log(session.byTrial().get(trial) / session.baseline()));
    }
    double[] seconds = sessions.stream().mapToDouble(SessionMedians::baseline).toArray();
    return seconds.length == 0
        ? DoubleStream.empty()
        : DoubleStream.of(Math.log(new Percentile().evaluate(seconds, 50) / unit(measured)));
  }

  /** In which the trial was timed. */
  static List<SessionMedians> sessions(
      Measured measured, Function<Manifest, List<SessionMedians>> read) {
    return read.apply(measured.run()).stream()
        .filter(session -> session.byTrial().containsKey(measured.row().trialId()))
        .toList();
  }

  /**
   * What the seconds of the unreduced network are compared with: the time of one MAC at the
   * arithmetic limit of the device. Its number of MACs is the same on both sides. A second where no
   * run of either side has a limit.
   */
  private static double unit(Measured measured) {
    return 1 / limit(measured).orElse(1);
  }

  private static OptionalDouble limit(Measured measured) {
    return timing(measured).map(Timing::limit).orElse(OptionalDouble.empty());
  }

  private static boolean isUnreduced(TrialRow row) {
    return row.configuration().method().equals(UNREDUCED);
  }

  /** Logarithms of each session: of the ratio to the unreduced network, or of its own bytes. */
  private DoubleStream growth(Measured measured) {
    String trial = measured.row().trialId();
    return sessions(measured, throughput).stream()
        .filter(session -> isKnown(session, trial) && isKnown(session, session.baselineId()))
        .mapToDouble(
            session ->
                Math.log(session.memory().get(trial))
                    - (isUnreduced(measured.row())
                        ? 0
                        : Math.log(session.memory().get(session.baselineId()))));
  }

  private static boolean isKnown(SessionMedians session, String trial) {
    return session.memory().getOrDefault(trial, 0L) > 0;
  }

  private static DoubleStream bytes(Measured measured) {
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
