package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run survives the death of its process anywhere, and is published once. */
class OpenRunTest {
  private static final List<String> TABLES =
      List.of("predictions", "layers", "sources", "timings", "latencies", "images", "trials");

  @TempDir Path folder;

  private static OpenRun begin(Path root, String work) {
    return ResultStore.create(root)
        .begin(
            work,
            () -> {
              throw new AssertionError("nobody else is at work");
            })
        .orElseThrow();
  }

  private static void image(OpenRun run, String name) {
    write(
        Tables.IMAGES,
        new ImageRow(run.runId(), name, 1, Optional.of("00"), Optional.empty()),
        run.runFile("images"));
  }

  private static <T> void write(Table<T> table, T row, Path file) {
    try (TableWriter<T> writer = new TableWriter<>(table, file)) {
      writer.write(row);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path attempt(OpenRun run, String unit, int round) {
    Path attempt = run.newAttempt(unit);
    write(
        Tables.TIMINGS,
        new TimingRow(
            run.runId(),
            "t",
            unit,
            new TimingRow.Turn(0, round, 0, false),
            4,
            1,
            0.5,
            OptionalLong.empty(),
            TimingRow.Conditions.UNKNOWN),
        attempt.resolve("timings/part-0.parquet"));
    write(
        Tables.SOURCES,
        new SourceRow(run.runId(), "t", "a.png", round, 1, new int[] {0, -1}),
        attempt.resolve("sources/part-0.parquet"));
    return attempt;
  }

  private static void commit(OpenRun run, String unit, int round) {
    run.commit(attempt(run, unit, round), UnitCommit.ofThroughput(unit, List.of()));
  }

  @Test
  void whatUnitsAreCutForStaysThroughoutARun() {
    try (OpenRun run = begin(folder, "w")) {
      assertEquals(8, run.slots(() -> 8));
      commit(run, "u", 0);
    }
    try (OpenRun again = begin(folder, "w")) {
      assertEquals(8, again.slots(() -> 64));
      assertTrue(again.committed("u").isPresent());
    }
  }

  /** With another number they would be none of the run's units, and their rows twice in it. */
  @Test
  void unitsAreDroppedWhereWhatTheyWereCutForIsLost() throws IOException {
    try (OpenRun run = begin(folder, "w")) {
      run.slots(() -> 8);
      image(run, "a.png");
      commit(run, "u", 0);
      Files.writeString(folder.resolve("_work").resolve(run.runId()).resolve("cut.json"), "{}");
    }
    try (OpenRun again = begin(folder, "w")) {
      assertEquals(64, again.slots(() -> 64));
      assertTrue(again.committed("u").isEmpty());
      assertEquals(
          List.of("images/run=%s/part-0.parquet".formatted(again.runId())),
          again.files().stream().map(StoredFile::path).toList());
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

  /** Every file by its path with its bytes, locks left out. */
  private static NavigableMap<String, String> tree(Path root) throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(path -> !path.endsWith("claims.lock")).toList()) {
        files.put(
            root.relativize(file).toString(),
            Files.isRegularFile(file)
                ? java.util.HexFormat.of().formatHex(Files.readAllBytes(file))
                : "");
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

  /** Does the first steps of publishing by hand, as a process that dies after them. */
  private static void publishPartly(Path root, String runId, Manifest manifest, int steps)
      throws IOException {
    Path work = root.resolve("_work").resolve(runId);
    List<Step> all = new ArrayList<>();
    all.add(() -> OpenRun.noteReady(work, manifest));
    all.add(() -> AtomicFiles.deleteFolder(work.resolve("attempts")));
    for (String table : TABLES) {
      all.add(
          () ->
              AtomicFiles.moveFolder(
                  work.resolve(table), root.resolve(table).resolve("run=" + runId)));
    }
    all.add(() -> Json.write(work.resolve("published.json"), manifest));
    all.add(
        () ->
            AtomicFiles.moveFile(
                work.resolve("published.json"), root.resolve("runs/" + runId + ".json")));
    all.add(() -> Files.delete(work.resolve("claim.json")));
    all.add(() -> AtomicFiles.deleteFolder(work.resolve("units")));
    all.add(() -> Files.delete(work.resolve("lock")));
    all.add(() -> AtomicFiles.deleteFolder(work));
    assertEquals(STEPS, all.size());
    for (Step step : all.subList(0, steps)) {
      step.go();
    }
  }

  private static final int STEPS = 15;

  private interface Step {
    void go() throws IOException;
  }

  /** A run with two committed units and one attempt that came to nothing. */
  private static OpenRun ready(Path root) {
    OpenRun run = begin(root, "work");
    image(run, "a.png");
    commit(run, "u1", 1);
    commit(run, "u2", 2);
    attempt(run, "u2", 3);
    return run;
  }

  @Test
  void publishingMayStopAnywhere() throws IOException {
    Path before = folder.resolve("before");
    Manifest manifest;
    String runId;
    try (OpenRun run = ready(before)) {
      manifest = manifest(run);
      runId = run.runId();
    }
    Path undisturbed = folder.resolve("undisturbed");
    copy(before, undisturbed);
    try (OpenRun run = begin(undisturbed, "work")) {
      assertEquals(runId, run.runId());
      assertEquals(Optional.empty(), run.readyManifest());
      run.publish(manifest);
    }
    NavigableMap<String, String> expected = tree(undisturbed);
    assertEquals(
        List.of("runs/" + runId + ".json"),
        expected.keySet().stream().filter(path -> path.endsWith(".json")).toList());
    assertEquals(1, expected.keySet().stream().filter(path -> path.startsWith("_work")).count());
    for (int steps = 1; steps <= STEPS; steps++) {
      Path other = folder.resolve("other-" + steps);
      copy(before, other);
      publishPartly(other, runId, manifest, steps);
      begin(other, "other work").abandon();
      assertEquals(expected, tree(other), "other work after step " + steps);

      Path same = folder.resolve("same-" + steps);
      copy(before, same);
      publishPartly(same, runId, manifest, steps);
      try (OpenRun run = begin(same, "work")) {
        if (run.runId().equals(runId)) {
          run.publish(run.readyManifest().orElseThrow());
        } else {
          assertTrue(steps >= 12, "step " + steps);
          run.abandon();
        }
      }
      assertEquals(expected, tree(same), "same work after step " + steps);
    }
  }

  @Test
  void anUnfinishedRunOfOtherWorkIsLeftAlone() throws IOException {
    Path root = folder.resolve("store");
    ready(root).close();
    NavigableMap<String, String> before = tree(root);
    begin(root, "other work").abandon();
    assertEquals(before, tree(root));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aUnitIsThereOnceWhateverDied(boolean moved) throws IOException {
    Path root = folder.resolve("store");
    String runId;
    try (OpenRun run = begin(root, "work")) {
      runId = run.runId();
      Path attempt = attempt(run, "u1", 1);
      if (moved) {
        AtomicFiles.moveFolder(
            attempt.resolve("timings"), root.resolve("_work/" + runId + "/timings/unit=u1"));
      }
    }
    try (OpenRun run = begin(root, "work")) {
      assertEquals(runId, run.runId());
      assertEquals(Optional.empty(), run.committed("u1"));
      commit(run, "u1", 2);
      commit(run, "u1", 3);
      assertEquals("u1", run.committed("u1").orElseThrow().unitId());
      run.publish(manifest(run));
    }
    assertEquals(List.of(List.of(2)), Duck.query(root, "select round from timings"));
    assertEquals(List.of(List.of(2)), Duck.query(root, "select block from sources"));
  }

  /** Every byte of what is not published yet may be wrong when a process takes over. */
  @Test
  void whatWasDamagedIsMeasuredAgain() throws IOException {
    Path before = folder.resolve("before");
    String runId;
    Manifest manifest;
    try (OpenRun run = ready(before)) {
      runId = run.runId();
      manifest = manifest(run);
    }
    OpenRun.noteReady(before.resolve("_work/" + runId), manifest);
    List<String> files =
        tree(before).keySet().stream()
            .filter(path -> path.startsWith("_work/" + runId) && !path.endsWith("lock"))
            .filter(path -> Files.isRegularFile(before.resolve(path)))
            .toList();
    assertTrue(files.size() >= 8, files::toString);
    for (String file : files) {
      for (double place : new double[] {0, 0.3, 0.7, 1}) {
        Path root = folder.resolve("damaged");
        AtomicFiles.deleteFolder(root);
        copy(before, root);
        byte[] bytes = Files.readAllBytes(root.resolve(file));
        bytes[(int) (place * (bytes.length - 1))] ^= 0x04;
        Files.write(root.resolve(file), bytes);
        takeOver(root);
        assertEquals(
            List.of(List.of(1), List.of(2)),
            Duck.query(root, "select round from timings order by round"),
            file);
        assertEquals(
            List.of(List.of(1), List.of(2)),
            Duck.query(root, "select block from sources order by block"),
            file);
        assertEquals(1, ResultStore.existing(root).manifests().size(), file);
      }
    }
  }

  /** As a run does it. */
  private static void takeOver(Path root) {
    try (OpenRun run = begin(root, "work")) {
      Optional<Manifest> ready = run.readyManifest();
      if (ready.isEmpty()) {
        image(run, "a.png");
        for (int unit = 1; unit <= 2; unit++) {
          if (run.committed("u" + unit).isEmpty()) {
            commit(run, "u" + unit, unit);
          }
        }
      }
      run.publish(ready.orElseGet(() -> manifest(run)));
    }
  }

  @Test
  void aSecondProcessWaitsAndThenReuses() throws Exception {
    Path root = folder.resolve("store");
    OpenRun first = ready(root);
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    CompletableFuture<Optional<OpenRun>> second =
        CompletableFuture.supplyAsync(
            () -> ResultStore.create(root).begin("work", () -> waiting.complete(null)));
    waiting.get(10, TimeUnit.SECONDS);
    begin(root, "other work").abandon();
    first.publish(manifest(first));
    first.close();
    assertEquals(Optional.empty(), second.get(10, TimeUnit.SECONDS));
    assertEquals(1, ResultStore.existing(root).manifests().size());
  }

  @Test
  void aSecondProcessTakesOverFromADeadOne() throws Exception {
    Path root = folder.resolve("store");
    OpenRun first = ready(root);
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    CompletableFuture<Optional<OpenRun>> second =
        CompletableFuture.supplyAsync(
            () -> ResultStore.create(root).begin("work", () -> waiting.complete(null)));
    waiting.get(10, TimeUnit.SECONDS);
    first.close();
    try (OpenRun run = second.get(10, TimeUnit.SECONDS).orElseThrow()) {
      assertEquals(first.runId(), run.runId());
      assertTrue(run.committed("u1").isPresent());
    }
  }

  @Test
  void manifestsAreAsReadableAsTables() throws IOException {
    Path root = folder.resolve("store");
    try (OpenRun run = ready(root)) {
      run.publish(manifest(run));
      assertEquals(
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(
                  root.resolve("images/run=" + run.runId() + "/part-0.parquet"))),
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(root.resolve("runs/" + run.runId() + ".json"))));
    }
  }
}
