package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.FolderLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Merges the files of one published run, table by table; no row changes.
 *
 * <p>The manifest is valid at every moment: it names the old files, then the merged ones under a
 * second name that no pattern of readers matches, and at last the merged ones in the place of the
 * old. Only between the last two are the old files taken away and the merged ones put in their
 * place, so whoever reads by patterns sees no row twice. Every step may be repeated, and whatever
 * died is finished, or undone where it had hardly begun, by the next process.
 *
 * <pre>
 *   _compact/&lt;run_id&gt;/new/&lt;table&gt;/unit=all/part-N.parquet    merged
 *   _compact/&lt;run_id&gt;/old/&lt;table&gt;/                           taken away
 *   &lt;table&gt;/_compacted/run=&lt;run_id&gt;/unit=all/part-N.merged   second name of the merged files
 * </pre>
 */
final class Compaction {
  private static final String FOLDER = "_compact";
  private static final String SECOND_NAMES = "_compacted";
  private static final String MERGED = ".merged";
  private static final String PARQUET = ".parquet";
  private static final String UNIT = "unit=all";

  private final Path root;
  private final String runId;
  private final Path work;
  private final long mostBytes;

  private Compaction(Path root, String runId, long mostBytes) {
    this.root = root;
    this.runId = runId;
    this.work = root.resolve(FOLDER).resolve(runId);
    this.mostBytes = mostBytes;
  }

  /** One of the things that are done in turn. */
  interface Step {
    void go() throws IOException;
  }

  /**
   * Held by who compacts a store. Those who died are finished first.
   *
   * @throws InvalidInputException if another process compacts it
   */
  static FolderLock lock(Path root) {
    FolderLock lock =
        tryLock(root)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s: another process is compacting these results".formatted(root)));
    finishOthers(root);
    return lock;
  }

  /** Finishes what processes left that died, unless another process is at it. */
  static void recover(Path root) {
    if (Files.isDirectory(root.resolve(FOLDER))) {
      Optional<FolderLock> lock = tryLock(root);
      if (lock.isPresent()) {
        try (FolderLock held = lock.get()) {
          finishOthers(root);
        }
      }
    }
  }

  private static Optional<FolderLock> tryLock(Path root) {
    return FolderLock.tryLock(root.resolve(FOLDER).resolve("lock"));
  }

  private static void finishOthers(Path root) {
    try (Stream<Path> folders = Files.list(root.resolve(FOLDER))) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        new Compaction(root, folder.getFileName().toString(), 0).finish();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What there is to do for a run, nothing if no table has several files. The lock must be held.
   *
   * @param mostBytes of a merged file, about
   */
  static List<Step> steps(Path root, Manifest manifest, long mostBytes) {
    Map<String, List<StoredFile>> tables = tables(manifest);
    tables
        .values()
        .removeIf(files -> files.size() < 2 || files.stream().allMatch(Compaction::isMerged));
    Compaction compaction = new Compaction(root, manifest.runId(), mostBytes);
    return tables.isEmpty() ? List.of() : compaction.steps(manifest, tables);
  }

  private static Map<String, List<StoredFile>> tables(Manifest manifest) {
    Map<String, List<StoredFile>> tables = new LinkedHashMap<>();
    for (StoredFile file : manifest.files()) {
      tables.computeIfAbsent(table(file), absent -> new ArrayList<>()).add(file);
    }
    return tables;
  }

  private static boolean isMerged(StoredFile file) {
    return file.path().contains("/" + UNIT + "/");
  }

  private static String table(StoredFile file) {
    return file.path().substring(0, file.path().indexOf('/'));
  }

  private List<Step> steps(Manifest manifest, Map<String, List<StoredFile>> tables) {
    List<Step> steps = new ArrayList<>();
    tables.forEach((table, files) -> steps.add(() -> merge(table, files)));
    tables.keySet().forEach(table -> steps.add(() -> nameTwice(table)));
    steps.add(() -> publish(withSecondNames(manifest, tables)));
    steps.addAll(last(tables.keySet().stream().toList()));
    return steps;
  }

  /** From the moment on at which the manifest has the second names. */
  private List<Step> last(List<String> tables) {
    List<Step> steps = new ArrayList<>();
    for (String table : tables) {
      steps.add(() -> takeAway(table));
      steps.add(() -> AtomicFiles.moveFolder(merged(table), place(table)));
    }
    steps.add(() -> publish(inPlace(current())));
    steps.addAll(cleaning());
    return steps;
  }

  private List<Step> cleaning() {
    List<Step> steps = new ArrayList<>();
    for (Table<?> table : Tables.ALL) {
      steps.add(() -> removeSecondNames(table.name()));
    }
    steps.add(() -> AtomicFiles.deleteFolder(work));
    return steps;
  }

  /** Goes on from wherever a process died. */
  private void finish() throws IOException {
    List<String> tables =
        current().files().stream()
            .filter(Compaction::isSecondName)
            .map(Compaction::table)
            .distinct()
            .toList();
    for (Step step : tables.isEmpty() ? cleaning() : last(tables)) {
      step.go();
    }
  }

  private Manifest current() {
    return ResultStore.existing(root).manifest(runId);
  }

  private Path merged(String table) {
    return work.resolve("new").resolve(table);
  }

  private Path place(String table) {
    return root.resolve(table).resolve("run=" + runId);
  }

  private Path secondNames(String table) {
    return root.resolve(table).resolve(SECOND_NAMES).resolve("run=" + runId);
  }

  private void merge(String table, List<StoredFile> files) throws IOException {
    Path folder = merged(table).resolve(UNIT);
    AtomicFiles.deleteFolder(folder);
    List<Path> sources = files.stream().map(file -> root.resolve(file.path())).toList();
    long written = ParquetMerge.merge(sources, folder, mostBytes);
    long found = 0;
    for (Path part : parts(folder)) {
      found += ParquetRows.count(part);
    }
    if (found != written) {
      throw new IllegalStateException(
          "%s: %d rows were merged and %d are there".formatted(folder, written, found));
    }
  }

  private static List<Path> parts(Path folder) throws IOException {
    try (Stream<Path> parts = Files.list(folder)) {
      return parts.sorted().toList();
    }
  }

  /** A link where the file system has them, a copy elsewhere. */
  private void nameTwice(String table) throws IOException {
    Path folder = secondNames(table).resolve(UNIT);
    AtomicFiles.deleteFolder(folder);
    Files.createDirectories(folder);
    for (Path part : parts(merged(table).resolve(UNIT))) {
      String name = part.getFileName().toString().replace(PARQUET, MERGED);
      try {
        Files.createLink(folder.resolve(name), part);
      } catch (UnsupportedOperationException | IOException e) {
        Files.copy(part, folder.resolve(name));
      }
    }
  }

  private Manifest withSecondNames(Manifest manifest, Map<String, List<StoredFile>> tables)
      throws IOException {
    List<StoredFile> files = new ArrayList<>(manifest.files());
    tables.values().forEach(files::removeAll);
    for (String table : tables.keySet()) {
      for (Path part : parts(secondNames(table).resolve(UNIT))) {
        files.add(new StoredFile(root.relativize(part).toString(), Files.size(part)));
      }
    }
    return manifest.withFiles(files);
  }

  private static Manifest inPlace(Manifest manifest) {
    return manifest.withFiles(
        manifest.files().stream()
            .map(
                file ->
                    isSecondName(file)
                        ? new StoredFile(
                            file.path()
                                .replace("/" + SECOND_NAMES + "/", "/")
                                .replace(MERGED, PARQUET),
                            file.bytes())
                        : file)
            .toList());
  }

  private static boolean isSecondName(StoredFile file) {
    return file.path().contains("/" + SECOND_NAMES + "/");
  }

  private void publish(Manifest manifest) {
    Json.write(root.resolve("runs").resolve(runId + ".json"), manifest);
  }

  /** Unless the merged files are in that place already. */
  private void takeAway(String table) {
    if (Files.isDirectory(merged(table))) {
      AtomicFiles.moveFolder(place(table), work.resolve("old").resolve(table));
    }
  }

  private void removeSecondNames(String table) throws IOException {
    AtomicFiles.deleteFolder(secondNames(table));
    Path all = root.resolve(table).resolve(SECOND_NAMES);
    if (Files.isDirectory(all) && parts(all).isEmpty()) {
      Files.delete(all);
    }
  }
}
