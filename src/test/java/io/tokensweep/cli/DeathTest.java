package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.cli.Program.Child;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies is finished by the next; processes at the same time do not disturb. */
@Timeout(240)
class DeathTest {
  /** Long enough to be killed between its first unit and its end. */
  private static final List<String> LONG =
      List.of(
          "--set",
          "data.count=160",
          "--set",
          "measure.quality.batch_size=10",
          "--set",
          "measure.throughput={batch_size: 4, repeats: 60}");

  private static final int UNITS = 4;

  @TempDir static Path folder;

  private static Path sweep;
  private static List<List<List<Object>>> undisturbed;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    sweep = TinySweep.write(folder);
    Path results = folder.resolve("undisturbed");
    assertEquals(0, Program.run(arguments(results)).code());
    undisturbed = Duck.contents(results);
  }

  private static Object[] arguments(Path results) {
    List<Object> arguments = new ArrayList<>(List.of("run", sweep, "--json"));
    arguments.addAll(LONG);
    arguments.addAll(List.of("--results", results));
    return arguments.toArray();
  }

  private static List<Path> files(Path root, String pattern) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.find(root, 9, (path, attributes) -> true)) {
      return walk.filter(path -> root.relativize(path).toString().matches(pattern)).toList();
    } catch (java.io.UncheckedIOException e) {
      return List.of(); // renamed while it was listed
    }
  }

  private static void awaitUnits(Child child, Path results, int units)
      throws IOException, InterruptedException {
    while (files(results, "_work/[^/]+/units/[^.][^/]*\\.json").size() < units) {
      assertTrue(child.process().isAlive(), "ended before it could be killed");
      Thread.sleep(2);
    }
  }

  private static void finishes(Path results) throws IOException {
    assertEquals(List.of(), files(results, "(runs/.*json|(trials|predictions)/.*)"));
    List<Path> kept = files(results, "_work/[^/]+/(units/[^.].*|predictions/unit=.*\\.parquet)");
    List<Object> times = new ArrayList<>();
    for (Path file : kept) {
      times.add(Files.getLastModifiedTime(file));
    }
    String runId = files(results, "_work/[^/]+/claim.json").get(0).getParent().getFileName() + "";
    Ended again = Program.run(arguments(results));
    assertEquals(0, again.code(), again.err());
    assertEquals(runId, again.json().get("run_id").textValue());
    assertEquals(undisturbed, Duck.contents(results));
    assertEquals(List.of(results.resolve("_work/claims.lock")), files(results, "_work/.+"));
    for (Path file : files(results, "predictions/.*\\.parquet")) {
      String unit = file.getParent().getFileName().toString();
      for (int i = 0; i < kept.size(); i++) {
        if (kept.get(i).toString().contains(unit)) {
          assertEquals(times.get(i), Files.getLastModifiedTime(file), "measured again: " + unit);
        }
      }
    }
  }

  @Test
  void killedAmongTheUnits() throws Exception {
    Path results = folder.resolve("units");
    try (Child child = Child.start(folder, arguments(results))) {
      awaitUnits(child, results, 1);
      child.process().destroyForcibly().waitFor();
    }
    finishes(results);
  }

  @Test
  void killedWhileTiming() throws Exception {
    Path results = folder.resolve("timing");
    try (Child child = Child.start(folder, arguments(results))) {
      awaitUnits(child, results, UNITS);
      child.process().destroyForcibly().waitFor();
    }
    finishes(results);
  }

  @Test
  void stoppedByASignal() throws Exception {
    Path results = folder.resolve("signal");
    try (Child child = Child.start(folder, arguments(results))) {
      awaitUnits(child, results, 1);
      child.process().destroy();
      assertTrue(child.process().waitFor(60, TimeUnit.SECONDS));
      Ended ended = child.await();
      assertEquals(143, ended.code());
      ended.noStackTrace();
      assertTrue(
          ended.err().contains("tokensweep: stopped; the same command goes on"), ended.err());
      assertFalse(ended.err().contains("internal error"), ended.err());
    }
    finishes(results);
  }

  @Test
  void severalProcessesAtOnce() throws Exception {
    Path results = folder.resolve("several");
    Object[] other = arguments(results);
    other = Stream.concat(Stream.of(other), Stream.of("--set", "keep_rates=[0.3]")).toArray();
    try (Child first = Child.start(folder, arguments(results));
        Child twin = Child.start(folder, arguments(results));
        Child stranger = Child.start(folder, other)) {
      List<Ended> ended = List.of(first.await(), twin.await(), stranger.await());
      for (Ended one : ended) {
        assertEquals(0, one.code(), one.err());
        one.noStackTrace();
      }
      assertEquals(7, ended.get(0).json().get("ok").intValue());
      assertEquals(7, ended.get(1).json().get("ok").intValue());
      assertEquals(4, ended.get(2).json().get("ok").intValue());
    }
    String copies =
        "select count(*) from (select trial_id, image from predictions group by all"
            + " having count(*) > %d)";
    assertEquals(11L, Duck.cell(results, "select count(distinct trial_id) from trials"));
    assertEquals(11L * 160, Duck.cell(results, distinct("predictions", "trial_id, image")));
    assertEquals(11L * 60, Duck.cell(results, distinct("timings", "trial_id, round")));
    // the trial of "none" belongs to both sweeps and may have been measured by both
    assertEquals(0L, Duck.cell(results, copies.formatted(2)));
    assertEquals(
        0L,
        Duck.cell(
            results,
            "select count(*) from (select trial_id from trials where method <> 'none'"
                + " group by all having count(*) > 1)"));
    assertEquals(3L, Duck.count(results, "runs"));
    assertEquals(List.of(results.resolve("_work/claims.lock")), files(results, "_work/.+"));
  }

  private static String distinct(String table, String key) {
    return "select count(*) from (select distinct %s from %s)".formatted(key, table);
  }
}
