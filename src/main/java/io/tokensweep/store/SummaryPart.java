package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import io.tokensweep.store.SummaryTables.Described;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The rows of some runs. A part is written once and never changed; rows of runs that the index no
 * longer finds in it are not read.
 */
record SummaryPart(Path folder) {
  private static final String TRIALS = "trials.parquet";
  private static final String SESSIONS = "sessions.parquet";
  private static final String CONFIGURATIONS = "configurations.parquet";

  String name() {
    return folder.getFileName().toString();
  }

  /** Writes runs into a folder that does not exist yet. */
  void write(List<RunRows> runs) {
    try {
      Files.createDirectories(folder);
      write(TRIALS, SummaryTables.TRIALS, runs.stream().flatMap(r -> r.trials().stream()).toList());
      write(
          SESSIONS,
          SummaryTables.SESSIONS,
          runs.stream().flatMap(r -> r.sessions().stream()).toList());
      Map<String, Described> described = new LinkedHashMap<>();
      runs.forEach(r -> r.described().forEach(one -> described.put(one.trialId(), one)));
      write(CONFIGURATIONS, SummaryTables.CONFIGURATIONS, List.copyOf(described.values()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> void write(String name, Table<T> table, List<T> rows) throws IOException {
    try (TableWriter<T> writer = new TableWriter<>(table, folder.resolve(name))) {
      rows.forEach(writer::write);
    }
  }

  /**
   * The rows of trials of some runs.
   *
   * @throws DamagedSummaryException if it has not as many as the index says
   */
  void trials(Map<String, SummaryRun> runs, Consumer<SummaryTrial> rows) {
    read(
        TRIALS,
        SummaryTables.TRIALS,
        runs,
        SummaryRun::trials,
        cells -> rows.accept(SummaryTables.trial(cells)));
  }

  /** The rows of sessions of some runs. */
  void sessions(Map<String, SummaryRun> runs, Consumer<SummarySession> rows) {
    read(
        SESSIONS,
        SummaryTables.SESSIONS,
        runs,
        SummaryRun::sessions,
        cells -> rows.accept(SummaryTables.session(cells)));
  }

  /** The first column of each table is the run. */
  private void read(
      String name,
      Table<?> table,
      Map<String, SummaryRun> runs,
      ToIntFunction<SummaryRun> expected,
      Consumer<FlatRows.Cells> rows) {
    LongAdder found = new LongAdder();
    try {
      FlatRows.read(
          folder.resolve(name),
          table.schema(),
          cells -> {
            if (runs.containsKey(cells.text(0))) {
              found.increment();
              rows.accept(cells);
            }
          });
    } catch (InvalidInputException e) {
      throw new DamagedSummaryException(name(), e);
    }
    long sum = runs.values().stream().mapToLong(expected::applyAsInt).sum();
    if (found.sum() != sum) {
      throw new DamagedSummaryException(
          name(), new IllegalStateException("%d rows of %d".formatted(found.sum(), sum)));
    }
  }

  List<Described> described() {
    List<Described> rows = new ArrayList<>();
    try {
      ParquetRows.read(
          folder.resolve(CONFIGURATIONS), row -> rows.add(SummaryTables.described(row)));
    } catch (InvalidInputException e) {
      throw new DamagedSummaryException(name(), e);
    }
    return rows;
  }

  /** Some runs as they were given to {@link #write}. */
  List<RunRows> read(List<SummaryRun> runs) {
    Map<String, SummaryRun> byId =
        runs.stream().collect(Collectors.toMap(SummaryRun::runId, run -> run));
    Map<String, List<SummaryTrial>> trials = new HashMap<>();
    Map<String, List<SummarySession>> sessions = new HashMap<>();
    trials(byId, row -> trials.computeIfAbsent(row.runId(), any -> new ArrayList<>()).add(row));
    sessions(byId, row -> sessions.computeIfAbsent(row.runId(), any -> new ArrayList<>()).add(row));
    List<Described> described = described();
    List<RunRows> rows = new ArrayList<>();
    for (SummaryRun run : runs) {
      List<SummaryTrial> of = trials.getOrDefault(run.runId(), List.of());
      Set<String> ids = of.stream().map(SummaryTrial::trialId).collect(Collectors.toSet());
      rows.add(
          new RunRows(
              run,
              of,
              sessions.getOrDefault(run.runId(), List.of()),
              described.stream().filter(one -> ids.contains(one.trialId())).toList()));
    }
    return rows;
  }
}
