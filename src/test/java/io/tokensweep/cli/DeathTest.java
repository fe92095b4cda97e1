package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Child;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
          "measure.quality={batch_size: 10, sources: true}",
          "--set",
          "measure.throughput={batch_size: 4, repeats: 60}");

  /** Of one batch each. */
  private static final int UNITS = 16;

  private static final String COMMITS = "_work/[^/]+/units/[^.][^/]*\\.json";
  private static final String PREDICTIONS = "(_work/[^/]+/)?predictions/.*\\.parquet";

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
    while (files(results, COMMITS).size() < units) {
      assertTrue(child.process().isAlive(), "ended before it could be killed");
      Thread.sleep(2);
    }
  }

  @Test
  void killedAmongItsUnitsThenStoppedWhileTiming() throws Exception {
    Path results = folder.resolve("dying");
    try (Child killed = Child.start(folder, arguments(results))) {
      awaitUnits(killed, results, 1);
      assertEquals("running", state(results));
      killed.process().destroyForcibly().waitFor();
    }
    assertEquals("stale", state(results));
    Map<Path, FileTime> kept = times(results, COMMITS);
    String runId = onlyRun(results);
    assertNothingPublished(results);

    try (Child stopped = Child.start(folder, arguments(results))) {
      awaitUnits(stopped, results, UNITS);
      stopped.process().destroy();
      Ended ended = stopped.await();
      assertEquals(143, ended.code());
      ended.noStackTrace();
      assertTrue(ended.err().contains("tokensweep: stopped; the same command"), ended.err());
      assertFalse(ended.err().contains("internal error"), ended.err());
    }
    assertEquals(runId, onlyRun(results));
    assertNothingPublished(results);
    Map<Path, FileTime> keptNow = times(results, COMMITS);
    assertTrue(keptNow.entrySet().containsAll(kept.entrySet()), "measured again: " + kept);
    Map<Path, FileTime> predictions = times(results, PREDICTIONS);
    assertEquals(UNITS, predictions.size());

    Ended finished = Program.run(arguments(results));
    assertEquals(0, finished.code(), finished.err());
    assertEquals(runId, finished.json().get("run_id").textValue());
    assertEquals(undisturbed, Duck.contents(results));
    assertEquals(List.of(results.resolve("_work/claims.lock")), files(results, "_work/.+"));
    assertEquals(
        predictions.values().stream().sorted().toList(),
        times(results, PREDICTIONS).values().stream().sorted().toList(),
        "measured again");
  }

  /** As {@code status} tells it. */
  private static String state(Path results) {
    JsonNode status = Program.run("status", "--results", results, "--json").json();
    JsonNode only = status.get("unfinished").get(0);
    assertEquals(UNITS + 1, only.get("units").intValue(), "with the one of timings");
    return only.get("state").textValue();
  }

  private static Map<Path, FileTime> times(Path results, String pattern) throws IOException {
    Map<Path, FileTime> times = new HashMap<>();
    for (Path file : files(results, pattern)) {
      times.put(file, Files.getLastModifiedTime(file));
    }
    return times;
  }

  private static String onlyRun(Path results) throws IOException {
    List<Path> claims = files(results, "_work/[^/]+/claim.json");
    assertEquals(1, claims.size());
    return claims.get(0).getParent().getFileName().toString();
  }

  private static void assertNothingPublished(Path results) throws IOException {
    assertEquals(
        List.of(),
        files(results, "(runs/.*json|(trials|predictions|layers|sources|timings|images)/.*)"));
  }

  @Test
  void severalProcessesAtOnce() throws Exception {
    Path results = folder.resolve("several");
    Object[] same = {"run", sweep, "--json", "--results", results};
    Object[] other = {"run", sweep, "--json", "--results", results, "--set", "keep_rates=[0.3]"};
    try (Child first = Child.start(folder, same);
        Child twin = Child.start(folder, same);
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
    assertEquals(10L, Duck.cell(results, "select count(distinct trial_id) from trials"));
    assertEquals(10L * 40, Duck.cell(results, distinct("predictions", "trial_id, image")));
    assertEquals(10L * 3, Duck.cell(results, distinct("timings", "trial_id, round")));
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
