package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.FolderLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * A run that is being measured, held by one process. Units are committed one by one; finishing
 * publishes them all. Dropping it without {@link #publish} leaves everything committed for the next
 * process.
 */
public final class OpenRun implements AutoCloseable {
  static final String CLAIM = "claim.json";
  static final String MANIFEST = "manifest.json";
  static final String PROGRESS = "progress.json";
  static final String CUT = "cut.json";
  private static final String RUN_FILE = "part-0.parquet";
  private static final List<String> TABLES =
      List.of("predictions", "layers", "sources", "timings", "latencies", "images", "trials");

  private final Path root;
  private final Path folder;
  private final Claim claim;
  private final FolderLock lock;

  /**
   * @param work names everything that the run measures
   * @param started ISO 8601, UTC
   */
  record Claim(String runId, String work, String started) {}

  OpenRun(Path root, Path folder, Claim claim, FolderLock lock) {
    this.root = root;
    this.folder = folder;
    this.claim = claim;
    this.lock = lock;
  }

  public String runId() {
    return claim.runId();
  }

  public String started() {
    return claim.started();
  }

  /** Tells whoever watches how far the run is. Not while it is published or after. */
  public void note(RunProgress progress) {
    Json.write(folder.resolve(PROGRESS), progress);
  }

  /** A fresh folder for one attempt at a unit; its sub-folders are tables. */
  public Path newAttempt(String unitId) {
    return newAttempts().resolve(unitId);
  }

  /**
   * A fresh folder for attempts at several units, each in a folder of its own there. Tasks that
   * write at the same time have one each: where all share one, they wait for each other.
   */
  public Path newAttempts() {
    return folder.resolve("attempts").resolve(UUID.randomUUID().toString());
  }

  /** Takes a folder of attempts away, unless one is left in it that nobody waits for anymore. */
  public void endAttempts(Path attempts) {
    try {
      Files.deleteIfExists(attempts);
    } catch (IOException e) {
      // it goes when the run is published
    }
  }

  /**
   * What a unit left when it was committed, if it was and if nothing was changed since: a damaged
   * record or file counts as none.
   */
  public Optional<UnitCommit> committed(String unitId) {
    return Json.readSealed(commitFile(unitId), UnitRecord.class)
        .filter(record -> record.files().stream().allMatch(f -> f.isAt(folder.resolve(f.path()))))
        .map(UnitRecord::commit);
  }

  /**
   * Makes one attempt the unit's only result. A unit committed before stays as it was and the
   * attempt is dropped.
   */
  public void commit(Path attempt, UnitCommit result) {
    if (committed(result.unitId()).isEmpty()) {
      requireTable(attempt, result.quality().isEmpty() ? "timings" : "predictions");
      List<Path> targets = new ArrayList<>();
      for (String table : TABLES) {
        Path target = folder.resolve(table).resolve("unit=" + result.unitId());
        AtomicFiles.deleteFolder(target); // left by a process that died before its commit record
        AtomicFiles.moveFolder(attempt.resolve(table), target);
        targets.add(target);
      }
      Json.writeSealed(commitFile(result.unitId()), UnitRecord.of(result, folder, targets));
    }
    AtomicFiles.deleteFolder(attempt);
  }

  /** What the units of a run are cut for. */
  private record Cut(int slots) {}

  /**
   * Number of slots that units are cut for, chosen once in the life of a run: with another, units
   * that are committed would be none of its units. Where it cannot be read anymore, they are
   * dropped.
   *
   * @param now asked unless it was chosen before
   */
  public int slots(IntSupplier now) {
    Path file = folder.resolve(CUT);
    return Json.readSealed(file, Cut.class)
        .orElseGet(
            () -> {
              dropUnits();
              Cut cut = new Cut(now.getAsInt());
              Json.writeSealed(file, cut);
              return cut;
            })
        .slots();
  }

  /** The records go last: one without its files counts for nothing. */
  private void dropUnits() {
    for (String table : TABLES) {
      try (Stream<Path> units = Files.list(folder.resolve(table))) {
        units.filter(Files::isDirectory).toList().forEach(AtomicFiles::deleteFolder);
      } catch (NoSuchFileException e) {
        // nothing of this table yet
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    AtomicFiles.deleteFolder(folder.resolve("units"));
  }

  private void requireTable(Path attempt, String table) {
    if (!Files.isDirectory(attempt.resolve(table))) {
      throw new InvalidInputException(
          "%s: an executor wrote its %s where this process cannot see them; give --results on"
                  .formatted(root, table)
              + " storage that all executors share");
    }
  }

  /** The single file of a table that is written once per run; replaced if it exists. */
  public Path runFile(String table) {
    return folder.resolve(table).resolve(RUN_FILE);
  }

  /** Files of all tables, named as they will be once published. */
  public List<StoredFile> files() {
    List<StoredFile> files = new ArrayList<>();
    for (String table : TABLES) {
      Path from = folder.resolve(table);
      if (!Files.isDirectory(from)) {
        continue;
      }
      try (Stream<Path> walk = Files.walk(from)) {
        for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
          files.add(
              new StoredFile(
                  root.relativize(published(table)).resolve(from.relativize(file)).toString(),
                  Files.size(file)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  /**
   * All that is needed to publish.
   *
   * @param files that belong to no unit
   */
  private record Ready(Manifest manifest, List<HashedFile> files) {}

  /** Notes that nothing is left but to publish. */
  static void noteReady(Path work, Manifest manifest) {
    List<HashedFile> files = new ArrayList<>();
    for (String table : TABLES) {
      Path file = work.resolve(table).resolve(RUN_FILE);
      if (Files.isRegularFile(file)) {
        files.add(HashedFile.of(file, work));
      }
    }
    Json.writeSealed(work.resolve(MANIFEST), new Ready(manifest, files));
  }

  /**
   * The manifest that an earlier process had ready when it died while publishing; none if it, or a
   * file that it lists, was changed since.
   */
  public Optional<Manifest> readyManifest() {
    Path file = folder.resolve(MANIFEST);
    Optional<Ready> ready = Json.readSealed(file, Ready.class).filter(this::isIntact);
    if (ready.isEmpty()) {
      AtomicFiles.deleteFile(file);
    }
    return ready.map(Ready::manifest);
  }

  private boolean isIntact(Ready ready) {
    try (Stream<Path> records = Files.list(folder.resolve("units"))) {
      List<UnitRecord> units =
          records.flatMap(file -> Json.readSealed(file, UnitRecord.class).stream()).toList();
      List<HashedFile> files = new ArrayList<>(ready.files());
      units.forEach(unit -> files.addAll(unit.files()));
      return files.size() == ready.manifest().files().size()
          && files.stream()
              .allMatch(
                  hashed ->
                      hashed.isAt(folder.resolve(hashed.path()))
                          || hashed.isAt(published(hashed.table()).resolve(hashed.inTable())));
    } catch (NoSuchFileException e) {
      return ready.manifest().files().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Publishes everything committed and ends the run. May be repeated after dying anywhere in it.
   */
  public void publish(Manifest manifest) {
    if (!Files.exists(folder.resolve(MANIFEST))) {
      noteReady(folder, manifest);
    }
    AtomicFiles.deleteFolder(folder.resolve("attempts"));
    for (String table : TABLES) {
      if (Files.isDirectory(folder.resolve(table))) {
        AtomicFiles.deleteFolder(published(table)); // of a manifest that was damaged since
        AtomicFiles.moveFolder(folder.resolve(table), published(table));
      }
    }
    Path complete = folder.resolve("published.json");
    Json.write(complete, manifest);
    AtomicFiles.moveFile(complete, root.resolve("runs").resolve(runId() + ".json"));
    end();
  }

  /** Ends the run if nothing is committed; otherwise it stays for the next process. */
  public void abandon() {
    if (!Files.isDirectory(folder.resolve("units"))) {
      end();
    }
  }

  /**
   * Deletes the work folder. The claim goes first: without it nobody takes the rest for a run. The
   * store's lock keeps others from trying this run's lock meanwhile, which would create it anew.
   */
  private void end() {
    try (FolderLock claims = ResultStore.lockClaims(root)) {
      Files.deleteIfExists(folder.resolve(CLAIM));
      AtomicFiles.deleteFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }

  private Path published(String table) {
    return root.resolve(table).resolve("run=" + runId());
  }

  private Path commitFile(String unitId) {
    return folder.resolve("units").resolve(unitId + ".json");
  }
}
