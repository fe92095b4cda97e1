package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.FolderLock;
import io.tokensweep.storage.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.schema.MessageType;

/**
 * The results folder.
 *
 * <pre>
 *   runs/&lt;run_id&gt;.json                  manifests of finished runs
 *   &lt;table&gt;/run=&lt;run_id&gt;/…/*.parquet    rows of finished runs
 *   quarantine/&lt;id&gt;.json                results that no analysis may use
 *   accepted/&lt;id&gt;.json                  changes for the worse that are the base from a commit on
 *   _work/&lt;run_id&gt;/                     a run that is not finished; no reader looks there
 * </pre>
 *
 * <p>A run collects committed units in its work folder; finishing renames each table's folder into
 * place and publishes the manifest. Every step may be repeated, so a run that was killed anywhere
 * is taken over by the next process that measures the same.
 *
 * <p>No method but {@link #check} and {@link #compact} looks at results that were in {@link
 * Quarantine} when the store was opened; rows of trials say so.
 */
public final class ResultStore {
  /** Ending of a manifest's name. */
  private static final String MANIFEST = ".json";

  private final Path root;
  private final Quarantine quarantine;

  private ResultStore(Path root) {
    this.root = root;
    this.quarantine = Quarantine.read(root);
  }

  /**
   * Opens a store for writing, creating its folders.
   *
   * @throws InvalidInputException if the folder cannot be written
   */
  public static ResultStore create(Path root) {
    try {
      Files.createDirectories(root.resolve("runs"));
      Files.createDirectories(root.resolve("_work"));
      Files.delete(Files.createTempFile(root.resolve("_work"), "probe", ""));
      return new ResultStore(root);
    } catch (IOException e) {
      throw new InvalidInputException(
          "results folder %s cannot be written: %s; give another with --results"
              .formatted(root, reason(e)),
          e);
    }
  }

  /**
   * Opens a store for reading.
   *
   * @throws InvalidInputException if there is none
   */
  public static ResultStore existing(Path root) {
    if (!Files.isDirectory(root.resolve("runs"))) {
      throw new InvalidInputException(
          "%s holds no results: no folder 'runs' in it; run a sweep first or give --results"
              .formatted(root));
    }
    return new ResultStore(root);
  }

  public Path root() {
    return root;
  }

  /** Manifests of all finished runs, oldest first. */
  public List<Manifest> manifests() {
    return runIds().stream().map(this::manifest).toList();
  }

  /** All finished runs, oldest first. */
  List<String> runIds() {
    try (Stream<Path> files = Files.list(root.resolve("runs"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(MANIFEST) && !name.startsWith("."))
          .map(name -> name.substring(0, name.length() - MANIFEST.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes for the worse that were accepted. */
  public Acceptances acceptances() {
    return Acceptances.in(root);
  }

  /** What was in quarantine when the store was opened. */
  public Quarantine quarantine() {
    return quarantine;
  }

  /**
   * Puts results of a finished run into quarantine; this store, once opened again, uses them no
   * more.
   *
   * @param trials ids; none for all of the run
   * @param sessions of timing, 0-based; none for everything that was measured
   * @throws InvalidInputException if the run did not measure them
   */
  public Quarantine.Entry quarantine(
      String runId, List<String> trials, List<Integer> sessions, String reason, String author) {
    Manifest manifest = manifest(runId);
    Set<String> measured =
        manifest.measured().stream()
            .map(Manifest.TrialStatus::trialId)
            .collect(Collectors.toCollection(TreeSet::new));
    for (String trial : trials) {
      if (!measured.contains(trial)) {
        throw new InvalidInputException(notMeasured(trial, manifest));
      }
    }
    Set<Integer> timed = sessions.isEmpty() ? Set.of() : sessions(manifest);
    for (int session : sessions) {
      if (!timed.contains(session)) {
        throw new InvalidInputException(
            "session %d: run %s timed %s"
                .formatted(session, runId, timed.isEmpty() ? "nothing" : "sessions " + timed));
      }
    }
    return quarantine.add(runId, trials, sessions, reason, author);
  }

  private static String notMeasured(String trial, Manifest manifest) {
    return manifest.reused().stream()
        .filter(source -> source.trialId().equals(trial))
        .findFirst()
        .map(
            source ->
                "trial '%s' of run %s was reused from run %s: name that run"
                    .formatted(trial, manifest.runId(), source.runId()))
        .orElse(
            "trial '%s' is none of run %s, which measured %s"
                .formatted(
                    trial,
                    manifest.runId(),
                    manifest.measured().stream()
                        .map(Manifest.TrialStatus::trialId)
                        .collect(Collectors.joining(", "))));
  }

  private Set<Integer> sessions(Manifest manifest) {
    Set<Integer> sessions = new TreeSet<>();
    for (StoredFile file : manifest.files()) {
      if (file.path().startsWith(Tables.TIMINGS.name() + "/")) {
        ParquetRows.read(
            root.resolve(file.path()),
            row -> sessions.add(row.has("session") ? row.int32("session") : 0));
      }
    }
    return sessions;
  }

  /**
   * Lets results out of quarantine.
   *
   * @param id of an entry that holds
   * @throws InvalidInputException if there is none
   */
  public Quarantine.Lift lift(String id, String reason, String author) {
    return quarantine.lift(id, reason, author);
  }

  /** Which run holds the newest good rows of each trial of a measurement, fit to be reused. */
  public Map<String, String> measuredTrials(String measurement) {
    Map<String, String> runs = new HashMap<>();
    for (Manifest manifest : manifests()) {
      if (manifest.measurement().equals(measurement)) {
        for (Manifest.TrialStatus trial : manifest.measured()) {
          if (trial.status() == TrialRow.Status.OK
              && !quarantine.touches(manifest.runId(), trial.trialId())) {
            runs.put(trial.trialId(), manifest.runId());
          }
        }
      }
    }
    return runs;
  }

  /**
   * Makes sure that every file of a run is there in its length.
   *
   * @throws InvalidInputException naming the first that is not
   */
  public void check(Manifest manifest) {
    for (StoredFile file : manifest.files()) {
      Path path = root.resolve(file.path());
      long bytes = Files.isRegularFile(path) ? path.toFile().length() : -1;
      if (bytes != file.bytes()) {
        throw new InvalidInputException(
            "%s: %s, the manifest says %d bytes; restore it or remove its run's manifest from runs/"
                .formatted(
                    path, bytes < 0 ? "is missing" : "has " + bytes + " bytes", file.bytes()));
      }
    }
  }

  /** Runs that are not published, oldest first. Changes nothing in the store. */
  public List<UnfinishedRun> unfinished() {
    if (!Files.isDirectory(root.resolve("_work"))) {
      return List.of();
    }
    List<UnfinishedRun> runs = new ArrayList<>();
    for (Path folder : workFolders()) {
      if (Files.isRegularFile(folder.resolve(OpenRun.CLAIM))) {
        try {
          runs.add(unfinished(folder));
        } catch (UncheckedIOException e) {
          if (Files.isRegularFile(folder.resolve(OpenRun.CLAIM))) {
            throw e;
          } // it was published meanwhile
        }
      }
    }
    return runs;
  }

  private static UnfinishedRun unfinished(Path folder) {
    OpenRun.Claim claim = claim(folder);
    Path progress = folder.resolve(OpenRun.PROGRESS);
    return new UnfinishedRun(
        claim.runId(),
        claim.started(),
        FolderLock.isHeld(folder.resolve("lock"))
            ? UnfinishedRun.State.RUNNING
            : UnfinishedRun.State.STALE,
        Files.isRegularFile(progress)
            ? Optional.of(Json.read(progress, RunProgress.class))
            : Optional.empty());
  }

  private static Manifest readManifest(Path file) {
    Manifest manifest = Json.read(file, Manifest.class);
    if (!SchemaVersion.isReadable(manifest.schema())) {
      throw new InvalidInputException(
          "%s: found results of schema %s, allowed is the schema of this version, %s"
              .formatted(file, manifest.schema(), SchemaVersion.CURRENT));
    }
    return manifest;
  }

  /** Rows of the trials table of finished runs. */
  public List<TrialRow> trials(String runId) {
    return trials(manifest(runId));
  }

  private List<TrialRow> trials(Manifest manifest) {
    return TrialReader.read(manifest, root).stream()
        .map(quarantine::shown)
        .map(row -> withoutSessions(row, manifest))
        .toList();
  }

  private TrialRow withoutSessions(TrialRow row, Manifest manifest) {
    if (row.throughput().isEmpty() || !quarantine.touchesSessions(row.runId(), row.trialId())) {
      return row;
    }
    RemainingSessions remaining = new RemainingSessions(row.trialId());
    read(manifest, Tables.TIMINGS, remaining::batch);
    read(manifest, Tables.LATENCIES, remaining::image);
    return row.withThroughput(remaining.summary(row.throughput().get()));
  }

  /** The rows of a table that a run itself holds and that may be used. */
  private void read(Manifest manifest, Table<?> table, Consumer<ParquetRows.Row> rows) {
    readAll(
        manifest,
        table,
        row -> {
          if (quarantine.isUsable(manifest.runId(), row)) {
            rows.accept(row);
          }
        });
  }

  /** Those in quarantine too. */
  private void readAll(Manifest manifest, Table<?> table, Consumer<ParquetRows.Row> rows) {
    for (StoredFile file : manifest.files()) {
      if (file.path().startsWith(table.name() + "/")) {
        ParquetRows.read(root.resolve(file.path()), rows);
      }
    }
  }

  /** Rows of every trial of a run: those that it measured and those that it reused. */
  public List<TrialRow> trialsWithReused(Manifest manifest) {
    Map<String, List<TrialRow>> runs = new HashMap<>();
    List<TrialRow> rows = new ArrayList<>(trials(manifest));
    for (Manifest.TrialSource source : manifest.reused()) {
      runs.computeIfAbsent(source.runId(), this::trials).stream()
          .filter(row -> row.trialId().equals(source.trialId()))
          .forEach(rows::add);
    }
    return rows;
  }

  /**
   * Where the patches went in some trials of a run, reused ones included.
   *
   * @param rows called for each row, in the order of the files
   */
  public void sources(Manifest manifest, Set<String> trials, Consumer<SourceRow> rows) {
    files(manifest, trials, Tables.SOURCES)
        .forEach((file, held) -> SourceReader.read(root.resolve(file), held, rows));
  }

  /**
   * A numeric column of the predictions of some trials of a run, reused ones included.
   *
   * @param column name in the predictions table; true counts as 1
   */
  public ImageValues imageValues(Manifest manifest, List<String> trials, String column) {
    ImageValues.Collector values = new ImageValues.Collector(trials);
    MessageType columns =
        ParquetRows.columns(Tables.PREDICTIONS, List.of("trial_id", "image", column));
    files(manifest, trials, Tables.PREDICTIONS)
        .forEach(
            (file, held) ->
                ParquetRows.read(
                    root.resolve(file),
                    columns,
                    row -> {
                      if (held.contains(row.text("trial_id"))) {
                        values.add(row.text("trial_id"), row.text("image"), row.number(column));
                      }
                    }));
    return values.result();
  }

  /**
   * Merges the small files of each finished run, table by table, into one of {@code unit=all}. No
   * row changes, and the manifests are valid at every moment; readers that had a manifest before
   * may find its files gone.
   *
   * @param mostBytes of a merged file, about
   * @throws InvalidInputException if another process does this, or a file is damaged
   */
  public Compacted compact(long mostBytes) {
    long before = 0;
    long after = 0;
    int runs = 0;
    try (FolderLock lock = Compaction.lock(root)) {
      for (Manifest manifest : manifests()) {
        before += manifest.files().size();
        List<Compaction.Step> steps = Compaction.steps(root, manifest, mostBytes);
        for (Compaction.Step step : steps) {
          step.go();
        }
        runs += steps.isEmpty() ? 0 : 1;
        after +=
            steps.isEmpty() ? manifest.files().size() : manifest(manifest.runId()).files().size();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Compacted(runs, before, after);
  }

  /**
   * @param runs that had something to merge
   * @param filesBefore of all runs
   * @param filesAfter of all runs
   */
  public record Compacted(int runs, long filesBefore, long filesAfter) {}

  /** Predictions that a run itself holds of some trials. */
  public PredictionColumns predictions(Manifest manifest, Set<String> trials) {
    return PredictionColumns.read(
        manifest,
        root,
        trials.stream()
            .filter(trial -> quarantine.of(manifest.runId(), trial).isEmpty())
            .collect(Collectors.toSet()));
  }

  /** Sessions in which a run itself timed batches. */
  public List<SessionMedians> throughputSessions(Manifest manifest) {
    return sessions(manifest, Tables.TIMINGS);
  }

  /** Sessions in which a run itself timed single images. */
  public List<SessionMedians> latencySessions(Manifest manifest) {
    return sessions(manifest, Tables.LATENCIES);
  }

  private List<SessionMedians> sessions(Manifest manifest, Table<?> passes) {
    return SessionMedians.read(
        manifest.runId(),
        row -> quarantine.isUsable(manifest.runId(), row),
        rows -> readAll(manifest, passes, rows));
  }

  /** The images of the data set of a run, in its order; none if it reused all its trials. */
  public List<ImageRow> images(Manifest manifest) {
    List<ImageRow> images = new ArrayList<>();
    manifest.files().stream()
        .filter(file -> file.path().startsWith(Tables.IMAGES.name() + "/"))
        .forEach(
            file ->
                ParquetRows.read(
                    root.resolve(file.path()),
                    row ->
                        images.add(
                            new ImageRow(
                                row.text("run_id"),
                                row.text("image"),
                                row.int32("label"),
                                row.optionalText("sha256"),
                                row.optionalText("error")))));
    return images;
  }

  /** Which images some trials of a run got right, reused trials included. */
  public Outcomes outcomes(Manifest manifest, List<String> trials) {
    Outcomes.Collector collector = new Outcomes.Collector(trials);
    OutcomeReader reader = new OutcomeReader(collector);
    files(manifest, trials, Tables.PREDICTIONS)
        .forEach((file, held) -> reader.read(root.resolve(file), held));
    return collector.result();
  }

  /** The rounds of batches in which some trials of a run were timed, reused trials included. */
  public List<TimedRound> batchRounds(Manifest manifest, List<String> trials) {
    return rounds(manifest, trials, Tables.TIMINGS);
  }

  /** The rounds of single images in which some trials of a run were timed. */
  public List<TimedRound> imageRounds(Manifest manifest, List<String> trials) {
    return rounds(manifest, trials, Tables.LATENCIES);
  }

  /** What some trials of a run did in each block, by trial id. */
  public Map<String, List<LayerMeans>> layers(Manifest manifest, List<String> trials) {
    LayerMeans.Sum sum = new LayerMeans.Sum();
    files(manifest, trials, Tables.LAYERS)
        .forEach(
            (file, held) ->
                ParquetRows.read(
                    root.resolve(file),
                    row -> {
                      if (held.contains(row.text("trial_id"))) {
                        sum.add(row);
                      }
                    }));
    return sum.result();
  }

  private List<TimedRound> rounds(Manifest manifest, List<String> trials, Table<TimingRow> table) {
    List<TimedRound> rounds = new ArrayList<>();
    files(manifest, trials, table)
        .forEach(
            (file, held) ->
                ParquetRows.read(
                    root.resolve(file),
                    row -> {
                      if (held.contains(row.text("trial_id"))
                          && quarantine.isUsable(row.text("run_id"), row)) {
                        rounds.add(
                            new TimedRound(
                                row.text("run_id"),
                                row.text("trial_id"),
                                row.text("unit_id"),
                                row.has("session") ? row.int32("session") : 0,
                                row.int32("round"),
                                row.real("seconds")
                                    / (row.has("batch_size") ? row.int32("batch_size") : 1)));
                      }
                    }));
    return rounds;
  }

  /** The files of a table that hold rows of some trials that may be used, with these trials. */
  private Map<String, Set<String>> files(
      Manifest manifest, Collection<String> trials, Table<?> table) {
    Map<String, Set<String>> byRun = new TreeMap<>();
    Set<String> wanted = new HashSet<>(trials);
    manifest.measured().stream()
        .map(Manifest.TrialStatus::trialId)
        .filter(wanted::contains)
        .filter(id -> quarantine.of(manifest.runId(), id).isEmpty())
        .forEach(id -> byRun.computeIfAbsent(manifest.runId(), any -> new HashSet<>()).add(id));
    manifest.reused().stream()
        .filter(trial -> wanted.contains(trial.trialId()))
        .filter(trial -> quarantine.of(trial.runId(), trial.trialId()).isEmpty())
        .forEach(t -> byRun.computeIfAbsent(t.runId(), any -> new HashSet<>()).add(t.trialId()));
    Map<String, Set<String>> files = new LinkedHashMap<>();
    byRun.forEach(
        (run, held) ->
            manifest(run).files().stream()
                .map(StoredFile::path)
                .filter(path -> path.startsWith(table.name() + "/"))
                .forEach(path -> files.put(path, held)));
    return files;
  }

  /** The manifest of the newest finished run. */
  public Manifest lastManifest() {
    List<Manifest> manifests = manifests();
    if (manifests.isEmpty()) {
      throw new InvalidInputException("%s holds no finished run".formatted(root));
    }
    return manifests.get(manifests.size() - 1);
  }

  /** The manifest of a finished run. */
  public Manifest manifest(String runId) {
    Path file = root.resolve("runs").resolve(runId + MANIFEST);
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("run '%s' is not in %s".formatted(runId, root));
    }
    return readManifest(file);
  }

  /**
   * Starts a run, or takes over an unfinished one of the same work whose process is gone. While
   * another process is at the same work this waits, and then returns nothing: what that process
   * published can be reused.
   *
   * @param work names everything that the run would measure
   * @param onWait told once if another process is at the same work
   */
  public Optional<OpenRun> begin(String work, Runnable onWait) {
    finishOthers(work);
    boolean waited = false;
    while (true) {
      try (FolderLock claims = lockClaims(root)) {
        Optional<Path> folder =
            workFolders().stream().filter(other -> isClaimed(other, work)).findFirst();
        if (folder.isEmpty()) {
          return waited ? Optional.empty() : Optional.of(startRun(work));
        }
        Optional<OpenRun> run = takeOver(folder.get());
        if (run.isPresent()) {
          return run;
        }
      }
      if (!waited) {
        waited = true;
        onWait.run();
      }
      Pause.millis(500);
    }
  }

  /**
   * Publishes runs of other work whose process died when all was measured, and clears away what is
   * left of ended runs. Nobody may ever ask for that work again, and tables of a run without a
   * manifest would stay in sight of whoever reads the folders directly.
   */
  private void finishOthers(String work) {
    Compaction.recover(root);
    List<OpenRun> complete = new ArrayList<>();
    try (FolderLock claims = lockClaims(root)) {
      for (Path folder : workFolders()) {
        if (readableClaim(folder).isEmpty()) {
          FolderLock.tryLock(folder.resolve("lock"))
              .ifPresent(
                  lock -> {
                    AtomicFiles.deleteFolder(folder);
                    lock.close();
                  });
        } else if (Files.isRegularFile(folder.resolve(OpenRun.MANIFEST))
            && !isClaimed(folder, work)) {
          takeOver(folder).ifPresent(complete::add);
        }
      }
    }
    for (OpenRun run : complete) {
      try (run) {
        run.readyManifest().ifPresent(run::publish);
      }
    }
  }

  private static boolean isClaimed(Path folder, String work) {
    return readableClaim(folder).filter(claim -> claim.work().equals(work)).isPresent();
  }

  /** Nothing if the run has ended or its claim is damaged: nobody can take it over then. */
  private static Optional<OpenRun.Claim> readableClaim(Path folder) {
    return Json.find(folder.resolve(OpenRun.CLAIM), OpenRun.Claim.class);
  }

  private static OpenRun.Claim claim(Path folder) {
    return Json.read(folder.resolve(OpenRun.CLAIM), OpenRun.Claim.class);
  }

  private Optional<OpenRun> takeOver(Path folder) {
    return FolderLock.tryLock(folder.resolve("lock"))
        .map(lock -> new OpenRun(root, folder, claim(folder), lock));
  }

  /** Held for a moment by whoever begins or ends a run. */
  static FolderLock lockClaims(Path root) {
    return FolderLock.lock(root.resolve("_work/claims.lock"));
  }

  private OpenRun startRun(String work) {
    Instant now = Instant.now();
    String runId = TimedId.at(now);
    Path folder = root.resolve("_work").resolve(runId);
    FolderLock lock = FolderLock.lock(folder.resolve("lock"));
    OpenRun.Claim claim = new OpenRun.Claim(runId, work, now.toString());
    Json.write(folder.resolve(OpenRun.CLAIM), claim);
    return new OpenRun(root, folder, claim, lock);
  }

  private List<Path> workFolders() {
    try (Stream<Path> folders = Files.list(root.resolve("_work"))) {
      return folders.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : e.getClass().getSimpleName() + " " + e.getMessage();
  }
}
