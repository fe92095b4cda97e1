package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import io.tokensweep.store.SummaryTables.Described;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Throughput;
import io.tokensweep.store.TrialRow.Timing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A run summed up. */
record RunRows(
    SummaryRun run,
    List<SummaryTrial> trials,
    List<SummarySession> sessions,
    List<Described> described) {
  private static final double NONE = Double.NaN;

  RunRows {
    trials = List.copyOf(trials);
    sessions = List.copyOf(sessions);
    described = List.copyOf(described);
  }

  /**
   * Reads the tables of a run. The files are looked at first, so that a change while they are read
   * is noticed by the next reader.
   *
   * @throws InvalidInputException if one is missing or damaged
   */
  static RunRows read(Manifest manifest, Path root) {
    String sources = SummarySources.of(manifest, root);
    List<TrialRow> rows = TrialReader.read(manifest, root);
    List<SummarySession> sessions = sessions(manifest, root, rows);
    return new RunRows(
        new SummaryRun(RunHead.of(manifest), "", rows.size(), sessions.size(), sources),
        rows.stream().map(RunRows::trial).toList(),
        sessions,
        rows.stream().map(row -> new Described(row.trialId(), row.configuration())).toList());
  }

  private static SummaryTrial trial(TrialRow row) {
    Optional<Quality> quality = row.quality();
    Optional<Throughput> throughput = row.throughput();
    Optional<Timing> timing = throughput.flatMap(Throughput::timing);
    return new SummaryTrial(
        row.runId(),
        row.trialId(),
        row.status(),
        quality.map(q -> (double) q.images()).orElse(NONE),
        quality.map(q -> q.top1().value()).orElse(NONE),
        quality.map(q -> q.top5().value()).orElse(NONE),
        quality.map(Quality::loss).orElse(NONE),
        quality.map(q -> q.diversity().medoid()).orElse(NONE),
        quality.map(q -> (double) q.macs()).orElse(NONE),
        (double) row.configuration().params(),
        quality.map(q -> q.tokens().toString().replace(" ", "")).orElse(""),
        quality.map(Quality::predictionDigest).orElse(""),
        quality.map(Quality::batchSize).orElse(0),
        throughput.map(t -> t.imagesPerSecond().value()).orElse(NONE),
        timing.flatMap(Timing::latency).map(TrialRow.Latency::p50).orElse(NONE),
        timing
            .map(t -> t.peakMemory().stream().asDoubleStream().findFirst().orElse(NONE))
            .orElse(NONE),
        timing.map(t -> t.limit().orElse(NONE)).orElse(NONE),
        throughput.map(Throughput::batchSize).orElse(0),
        throughput.map(Throughput::threads).orElse(0));
  }

  /** Medians of a trial in a session; NaN until they are found. */
  private static final class Medians {
    private int session;
    private String baselineId = "";
    private final double[] values = {NONE, NONE, NONE, NONE};
  }

  private static List<SummarySession> sessions(
      Manifest manifest, Path root, List<TrialRow> trials) {
    Map<String, Map<String, Medians>> byTrial = new LinkedHashMap<>();
    Map<String, SummaryTrial> timed = new HashMap<>();
    for (TrialRow row : trials) {
      if (row.status() == TrialRow.Status.OK && row.throughput().isPresent()) {
        byTrial.put(row.trialId(), new TreeMap<>());
        timed.put(row.trialId(), trial(row));
      }
    }
    put(byTrial, all(manifest, root, Tables.TIMINGS), 0);
    put(byTrial, all(manifest, root, Tables.LATENCIES), 2);
    List<SummarySession> sessions = new ArrayList<>();
    byTrial.forEach(
        (id, bySession) ->
            bySession.forEach(
                (unit, medians) -> {
                  double[] v = medians.values;
                  SummaryTrial trial = timed.get(id);
                  sessions.add(
                      new SummarySession(
                          manifest.runId(),
                          id,
                          unit,
                          medians.session,
                          medians.baselineId,
                          v[0],
                          v[1],
                          v[2],
                          v[3],
                          trial.timedBatch(),
                          trial.threads(),
                          trial.limit()));
                }));
    return sessions;
  }

  /** Those in quarantine too: whether they are used is asked when the summary is read. */
  private static List<SessionMedians> all(Manifest manifest, Path root, Table<?> table) {
    return SessionMedians.read(
        manifest.runId(),
        row -> true,
        rows ->
            manifest.files().stream()
                .filter(file -> file.path().startsWith(table.name() + "/"))
                .forEach(file -> ParquetRows.read(root.resolve(file.path()), rows)));
  }

  /** What was timed of other trials, such as a baseline that is none of the run, is left out. */
  private static void put(
      Map<String, Map<String, Medians>> byTrial, List<SessionMedians> sessions, int place) {
    for (SessionMedians session : sessions) {
      session
          .byTrial()
          .forEach(
              (trial, seconds) -> {
                if (byTrial.containsKey(trial)) {
                  Medians medians =
                      byTrial.get(trial).computeIfAbsent(session.unitId(), any -> new Medians());
                  medians.session = session.session();
                  medians.baselineId = session.baselineId();
                  medians.values[place] = seconds;
                  medians.values[place + 1] = session.baseline();
                }
              });
    }
  }
}
