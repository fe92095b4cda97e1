package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merging files changes no row, for nobody, wherever it is killed. */
class CompactionTest {
  private static final long LARGE = 1 << 30;
  private static final int UNITS = 3;
  private static final List<String> MERGED = List.of("sources", "timings");

  @TempDir Path folder;
  private Path store;

  @BeforeEach
  void publishTwoRuns() throws IOException {
    store = folder.resolve("store");
    publish("one");
    publish("two");
  }

  private void publish(String work) throws IOException {
    try (OpenRun run = ResultStore.create(store).begin(work, () -> {}).orElseThrow()) {
      write(
          Tables.IMAGES,
          new ImageRow(run.runId(), "a.png", 1, Optional.of("00"), Optional.empty()),
          run.runFile("images"));
      for (int unit = 0; unit < UNITS; unit++) {
        String id = "u" + unit;
        Path attempt = run.newAttempt(id);
        write(
            Tables.TIMINGS,
            new TimingRow(
                run.runId(),
                "t",
                id,
                new TimingRow.Turn(0, unit, 0, false),
                4,
                1,
                unit == 1 ? Double.NaN : 0.1 * unit,
                unit == 0 ? OptionalLong.empty() : OptionalLong.of(unit),
                TimingRow.Conditions.UNKNOWN),
            attempt.resolve("timings/part-0.parquet"));
        write(
            Tables.SOURCES,
            new SourceRow(run.runId(), "t", "a.png", unit, 1, new int[] {unit, -1}),
            attempt.resolve("sources/part-0.parquet"));
        run.commit(attempt, UnitCommit.ofThroughput(id, List.of()));
      }
      run.publish(manifest(run));
    }
  }

  private static <T> void write(Table<T> table, T row, Path file) throws IOException {
    try (TableWriter<T> writer = new TableWriter<>(table, file)) {
      writer.write(row);
    }
  }

  private static Manifest manifest(OpenRun run) {
    return new Manifest(
        SchemaVersion.CURRENT,
        run.runId(),
        "s",
        run.started(),
        run.started(),
        1,
        "m",
        new Provenance(
            "v", "c", false, "b", "t", "cv", "mc", "e", "j", "s", "l", 1, 1, "h", "x", List.of()),
        List.of(new Manifest.TrialStatus("t", TrialRow.Status.OK)),
        List.of(),
        "d",
        1,
        run.files());
  }

  /** All rows of the files that the manifests list, as text with the bits of every number. */
  private static List<String> listed(Path root, String table) {
    List<String> rows = new ArrayList<>();
    ResultStore store = ResultStore.existing(root);
    for (Manifest manifest : store.manifests()) {
      store.check(manifest);
      for (StoredFile file : manifest.files()) {
        if (file.path().startsWith(table + "/")) {
          ParquetRows.read(root.resolve(file.path()), row -> rows.add(String.valueOf(row.group())));
        }
      }
    }
    return rows.stream().sorted().toList();
  }

  /** Rows of each run that DuckDB finds by the pattern that the documentation gives. */
  private static List<List<Object>> found(Path root, String table) {
    return Duck.query(
        root,
        "select run_id, count(*) from read_parquet('%s/%s/**/*.parquet') group by 1 order by 1"
            .formatted(root, table));
  }

  private static NavigableMap<String, String> tree(Path root) throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(path -> !path.toString().endsWith("lock")).toList()) {
        if (!file.endsWith("_compact")) {
          files.put(
              root.relativize(file).toString(),
              Files.isRegularFile(file) ? HexFormat.of().formatHex(Files.readAllBytes(file)) : "");
        }
      }
    }
    return files;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  private static List<Compaction.Step> steps(Path root) {
    return Compaction.steps(root, ResultStore.existing(root).manifests().get(0), LARGE);
  }

  @Test
  void rowsStayAndFilesBecomeOneOfEachTable() {
    List<String> timings = listed(store, "timings");
    List<String> sources = listed(store, "sources");
    assertEquals(2 * UNITS, timings.size());
    assertEquals(
        new ResultStore.Compacted(2, 2 * (2 * UNITS + 1), 2 * 3),
        ResultStore.existing(store).compact(LARGE));
    assertEquals(timings, listed(store, "timings"));
    assertEquals(sources, listed(store, "sources"));
    for (Manifest manifest : ResultStore.existing(store).manifests()) {
      assertEquals(
          List.of(
              "images/run=%s/part-0.parquet".formatted(manifest.runId()),
              "sources/run=%s/unit=all/part-0.parquet".formatted(manifest.runId()),
              "timings/run=%s/unit=all/part-0.parquet".formatted(manifest.runId())),
          manifest.files().stream().map(StoredFile::path).sorted().toList());
    }
    assertEquals(new ResultStore.Compacted(0, 6, 6), ResultStore.existing(store).compact(LARGE));
  }

  @Test
  void largeTablesAreSeveralFiles() {
    List<String> timings = listed(store, "timings");
    assertEquals(2 * (2 * UNITS + 1), ResultStore.existing(store).compact(1).filesAfter());
    assertEquals(timings, listed(store, "timings"));
    assertEquals(0, ResultStore.existing(store).compact(1).runs());
  }

  @Test
  void itMayBeKilledAnywhere() throws IOException {
    NavigableMap<String, String> before = tree(store);
    List<String> timings = listed(store, "timings");
    List<String> sources = listed(store, "sources");
    List<List<Object>> everything = found(store, "timings");
    Path whole = folder.resolve("whole");
    copy(store, whole);
    ResultStore.existing(whole).compact(LARGE);
    NavigableMap<String, String> merged = tree(whole);
    Path first = folder.resolve("first");
    copy(store, first);
    List<Compaction.Step> all = steps(first);
    for (Compaction.Step step : all) {
      step.go();
    }
    NavigableMap<String, String> firstMerged = tree(first);
    int published = 2 * MERGED.size() + 1;
    int takenAway = 0;
    for (int done = 0; done <= all.size(); done++) {
      Path again = folder.resolve("again-" + done);
      copy(store, again);
      for (Compaction.Step step : steps(again).subList(0, done)) {
        step.go();
      }
      assertEquals(timings, listed(again, "timings"), "listed after step " + done);
      assertEquals(sources, listed(again, "sources"), "listed after step " + done);
      for (String table : MERGED) {
        List<List<Object>> rows = found(again, table);
        if (rows.equals(everything.subList(1, 2))) {
          takenAway++; // between two renames: none of a run's rows, never some or twice
        } else {
          assertEquals(everything, rows, "found after step " + done);
        }
      }
      Path other = folder.resolve("other-" + done);
      copy(again, other);
      ResultStore.existing(again).compact(LARGE);
      assertEquals(merged, tree(again), "compacted after step " + done);
      try (OpenRun run = ResultStore.create(other).begin("other work", () -> {}).orElseThrow()) {
        run.abandon();
      }
      assertEquals(
          done < published ? before : firstMerged, tree(other), "other work after step " + done);
    }
    assertEquals(MERGED.size(), takenAway);
  }

  @Test
  void aSecondProcessIsRefusedAndARunGoesOn() throws IOException {
    NavigableMap<String, String> before = tree(store);
    try (FolderLock lock = Compaction.lock(store)) {
      String message =
          assertThrows(
                  InvalidInputException.class, () -> ResultStore.existing(store).compact(LARGE))
              .getMessage();
      assertTrue(message.contains("another process is compacting"), message);
      ResultStore.create(store).begin("three", () -> {}).orElseThrow().abandon();
    }
    assertEquals(before, tree(store));
  }

  @Test
  void aDamagedFileLeavesEverythingAsItIs() throws IOException {
    Path damaged =
        store.resolve(
            ResultStore.existing(store).manifests().get(0).files().stream()
                .filter(file -> file.path().startsWith("timings/"))
                .findFirst()
                .orElseThrow()
                .path());
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[20] ^= 1;
    Files.write(damaged, bytes);
    NavigableMap<String, String> before = tree(store);
    String message =
        assertThrows(InvalidInputException.class, () -> ResultStore.existing(store).compact(LARGE))
            .getMessage();
    assertTrue(message.startsWith(damaged.toString()), message);
    Compaction.recover(store);
    assertEquals(before, tree(store));
  }
}
