package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.store.OpenRun;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.RunProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sees the store sees how far its runs are. */
class StatusCommandTest {
  private static final RunProgress HALF =
      new RunProgress(
          "photos",
          "quality",
          "2026-11-21T10:00:00Z",
          7,
          20,
          10,
          1000,
          500,
          25,
          3,
          List.of(
              new RunProgress.FailedTrial("0123456789abcdef", "out of memory at batch size 8")));

  @TempDir Path results;

  private Ended status(Object... more) {
    return Program.run(
        Stream.concat(Stream.of("status", "--results", results), Stream.of(more)).toArray());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aRunIsRunningAsLongAsItsProcessHoldsIt() throws IOException {
    ResultStore store = ResultStore.create(results);
    try (OpenRun run = store.begin("work", () -> {}).orElseThrow()) {
      Ended fresh = status();
      assertTrue(fresh.out().contains("running"), fresh.out());
      assertTrue(fresh.out().contains("no unit yet"), fresh.out());

      run.note(HALF);
      List<String> before = names(results);
      String out = status().out();
      for (String word :
          List.of(
              "0 runs finished",
              "running  " + run.runId() + "  photos  quality: 10/20 units, 500/1,000 images",
              "25 images/s, 20 s left, 3 retries",
              "failed 0123456789abcdef: out of memory at batch size 8")) {
        assertTrue(out.contains(word), () -> "no '%s' in %s".formatted(word, out));
      }
      JsonNode json = status("--json").json();
      assertEquals(0, json.get("finished").intValue());
      JsonNode only = json.get("unfinished").get(0);
      assertEquals("running", only.get("state").textValue());
      assertEquals(run.runId(), only.get("run_id").textValue());
      assertEquals(10, only.get("units_done").intValue());
      assertEquals(20, only.get("seconds_left").doubleValue());
      assertEquals("0123456789abcdef", only.get("failed").get(0).get("trial_id").textValue());
      assertEquals(before, names(results), "looking changed the store");
    }
    String out = status("--watch").out();
    assertTrue(out.contains("stale"), out);
    assertTrue(out.contains("the same command goes on"), out);
    assertFalse(out.contains("left"), out);
  }

  @Test
  void aStoreWithoutRunsSaysSo() {
    ResultStore.create(results);
    assertEquals("0 runs finished", status().out().strip());
    assertEquals(0, status("--json").json().get("unfinished").size());
  }

  @Test
  void aFolderThatIsNoStoreIsRefused() {
    status().refused("holds no results");
  }
}
