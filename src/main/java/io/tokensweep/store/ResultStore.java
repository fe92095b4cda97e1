package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The results folder.
 *
 * <pre>
 *   runs/&lt;run_id&gt;.json                  manifests of finished runs
 *   &lt;table&gt;/run=&lt;run_id&gt;/…/*.parquet    rows of finished runs
 *   _work/&lt;run_id&gt;/                     a run that is not finished; no reader looks there
 * </pre>
 *
 * <p>A run collects committed units in its work folder; finishing renames each table's folder into
 * place and publishes the manifest. Every step may be repeated, so a run that was killed anywhere
 * is taken over by the next process that measures the same.
 */
public final class ResultStore {
  private static final DateTimeFormatter RUN_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

  private final Path root;

  private ResultStore(Path root) {
    this.root = root;
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
    try (Stream<Path> files = Files.list(root.resolve("runs"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".json"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .map(file -> Json.read(file, Manifest.class))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Which run holds the newest good rows of each trial of a measurement. */
  public Map<String, String> measuredTrials(String measurement) {
    Map<String, String> runs = new HashMap<>();
    for (Manifest manifest : manifests()) {
      if (manifest.measurement().equals(measurement)) {
        for (Manifest.TrialStatus trial : manifest.measured()) {
          if (trial.status() == TrialRow.Status.OK) {
            runs.put(trial.trialId(), manifest.runId());
          }
        }
      }
    }
    return runs;
  }

  /** Rows of the trials table of finished runs. */
  public List<TrialRow> trials(String runId) {
    return TrialReader.read(manifest(runId), root);
  }

  /** Rows of every trial of a run: those that it measured and those that it reused. */
  public List<TrialRow> trialsWithReused(Manifest manifest) {
    Map<String, List<TrialRow>> runs = new HashMap<>();
    List<TrialRow> rows = new ArrayList<>(TrialReader.read(manifest, root));
    for (Manifest.TrialSource source : manifest.reused()) {
      runs.computeIfAbsent(source.runId(), this::trials).stream()
          .filter(row -> row.trialId().equals(source.trialId()))
          .forEach(rows::add);
    }
    return rows;
  }

  /** The manifest of a finished run. */
  public Manifest manifest(String runId) {
    Path file = root.resolve("runs").resolve(runId + ".json");
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("run '%s' is not in %s".formatted(runId, root));
    }
    return Json.read(file, Manifest.class);
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
    Optional<Path> busy;
    try (FolderLock claims = FolderLock.lock(root.resolve("_work/claims.lock"))) {
      busy = Optional.empty();
      for (OpenRun.Claim claim : openClaims()) {
        if (claim.work().equals(work)) {
          Path folder = workFolder(claim.runId());
          Optional<FolderLock> lock = FolderLock.tryLock(folder.resolve("lock"));
          if (lock.isPresent()) {
            return Optional.of(new OpenRun(root, folder, claim, lock.get()));
          }
          busy = Optional.of(folder);
        }
      }
      if (busy.isEmpty()) {
        return Optional.of(startRun(work));
      }
    }
    onWait.run();
    Path folder = busy.get();
    while (Files.isDirectory(folder)) {
      Optional<FolderLock> free = FolderLock.tryLock(folder.resolve("lock"));
      if (free.isPresent()) {
        boolean unfinished = Files.isRegularFile(folder.resolve(OpenRun.CLAIM));
        if (!unfinished) {
          AtomicFiles.deleteFolder(folder);
        }
        free.get().close();
        return unfinished ? begin(work, onWait) : Optional.empty();
      }
      Pause.millis(500);
    }
    return Optional.empty();
  }

  private OpenRun startRun(String work) {
    Instant now = Instant.now();
    String runId =
        RUN_TIME.format(now) + "-" + "%06x".formatted(new SecureRandom().nextInt(1 << 24));
    Path folder = workFolder(runId);
    FolderLock lock = FolderLock.lock(folder.resolve("lock"));
    OpenRun.Claim claim = new OpenRun.Claim(runId, work, now.toString());
    Json.write(folder.resolve(OpenRun.CLAIM), claim);
    return new OpenRun(root, folder, claim, lock);
  }

  private Path workFolder(String runId) {
    return root.resolve("_work").resolve(runId);
  }

  private List<OpenRun.Claim> openClaims() {
    try (Stream<Path> folders = Files.list(root.resolve("_work"))) {
      return folders
          .map(folder -> folder.resolve(OpenRun.CLAIM))
          .filter(Files::isRegularFile)
          .sorted(Comparator.naturalOrder())
          .map(file -> Json.read(file, OpenRun.Claim.class))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : e.getClass().getSimpleName() + " " + e.getMessage();
  }
}
