package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.store.Bootstrap;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.Provenance;
import io.tokensweep.store.SchemaVersion;
import io.tokensweep.store.SessionMedians;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A run that timed the unreduced network and one method, in memory. What {@link #compare} says of
 * two sides of such runs is what the command says of them: reading files is left out.
 *
 * @param sessions one after the other
 */
record TimedRun(String id, List<Session> sessions) {
  static final List<String> TRIALS = List.of("none", "evit");
  static final int BATCH = 32;

  /**
   * @param limit MACs per second of the device; 0 if it was not measured
   * @param none medians of the unreduced network
   * @param method medians of the trial
   */
  record Session(double limit, Medians none, Medians method) {
    Medians of(String trial) {
      return trial.equals(TRIALS.get(0)) ? none : method;
    }
  }

  /**
   * @param batch seconds
   * @param image seconds
   * @param memory bytes
   */
  record Medians(double batch, double image, long memory) {}

  /** Every metric that is timed, of the unreduced network and then of the method. */
  static List<List<Change>> compare(List<TimedRun> base, List<TimedRun> head, Criteria criteria) {
    Map<String, TimedRun> runs = new LinkedHashMap<>();
    base.forEach(run -> runs.put(run.id(), run));
    head.forEach(run -> runs.put(run.id(), run));
    TimedSessions timed =
        new TimedSessions(
            run -> runs.get(run.runId()).medians(Medians::batch),
            run -> runs.get(run.runId()).medians(Medians::image),
            criteria);
    List<Evidence> all = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (String trial : TRIALS) {
      all.addAll(timed.speed(measured(base, trial), measured(head, trial)));
      timed.memory(measured(base, trial), measured(head, trial)).ifPresent(all::add);
      ends.add(all.size());
    }
    List<Change> changes = new Judge(criteria).judge(all);
    return List.of(changes.subList(0, ends.get(0)), changes.subList(ends.get(0), ends.get(1)));
  }

  private static List<Measured> measured(List<TimedRun> runs, String trial) {
    return runs.stream().map(run -> run.measured(trial)).toList();
  }

  /** A trial of a run as a side has it, where its own figures do not matter. */
  static Measured row(String id, String trial) {
    Medians any = new Medians(0.1, 0.01, 1 << 20);
    return new TimedRun(id, List.of(new Session(1e11, any, any))).measured(trial);
  }

  /** A trial as a side has it. */
  Measured measured(String trial) {
    return new Measured(row(trial), manifest());
  }

  private List<SessionMedians> medians(ToDoubleFunction<Medians> seconds) {
    List<SessionMedians> medians = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      Map<String, Double> byTrial = new LinkedHashMap<>();
      for (String trial : TRIALS) {
        byTrial.put(trial, seconds.applyAsDouble(sessions.get(i).of(trial)));
      }
      medians.add(
          new SessionMedians(
              id,
              "throughput-" + i,
              i,
              TRIALS.get(0),
              byTrial.get(TRIALS.get(0)),
              byTrial,
              byTrial.keySet(),
              Map.of(
                  TRIALS.get(0),
                  sessions.get(i).none().memory(),
                  TRIALS.get(1),
                  sessions.get(i).method().memory()),
              OptionalDouble.empty()));
    }
    return medians;
  }

  private double[] each(Function<Session, Double> value) {
    return sessions.stream().mapToDouble(value::apply).toArray();
  }

  private TrialRow row(String trial) {
    double median = Bootstrap.percentile(each(session -> session.of(trial).batch()), 50);
    double image = Bootstrap.percentile(each(session -> session.of(trial).image()), 50);
    Interval speed = new Interval(BATCH / median, BATCH / median, BATCH / median);
    TrialRow.Timing timing =
        new TrialRow.Timing(
            speed,
            Optional.empty(),
            Optional.of(new TrialRow.Latency(1000 * image, 1, 1, 1)),
            sessions.size(),
            1,
            Optional.of(true),
            OptionalLong.of(
                sessions.stream()
                    .mapToLong(session -> session.of(trial).memory())
                    .min()
                    .orElseThrow()),
            1,
            sessions.stream().mapToDouble(Session::limit).filter(limit -> limit > 0).max(),
            Optional.empty(),
            new TrialRow.Audited(1, 0));
    return new TrialRow(
        id,
        trial,
        new TrialRow.Configuration(
            "vit",
            "",
            Optional.empty(),
            "",
            "{}",
            "",
            trial,
            "{}",
            OptionalDouble.empty(),
            64,
            "fp32",
            List.of(),
            1),
        TrialRow.Status.OK,
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new TrialRow.Throughput(speed, BATCH, 1, sessions.size(), Optional.of(timing))));
  }

  private Manifest manifest() {
    return new Manifest(
        SchemaVersion.CURRENT,
        id,
        "made up",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        1,
        "{}",
        new Provenance(
            "1", id, false, "main", "", "", "machine", "", "", "", "", 1, 1, "", "", List.of()),
        List.of(),
        List.of(),
        "",
        1,
        List.of());
  }
}
