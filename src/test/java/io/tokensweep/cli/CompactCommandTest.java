package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code results --compact}. */
class CompactCommandTest {
  @TempDir Path folder;

  /** Files of tables; the summary of all runs has its own. */
  private static long files(Path results) throws IOException {
    try (Stream<Path> walk = Files.walk(results)) {
      return walk.filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !file.startsWith(results.resolve("_summary")))
          .count();
    }
  }

  /** All rows; the folder that a file lies in is no part of them. */
  private static List<List<List<Object>>> rows(Path results) {
    return Stream.of("trials", "predictions", "layers", "sources", "timings", "images")
        .map(
            table ->
                Duck.query(
                    results,
                    "select columns(c -> c <> 'unit')::varchar from %s order by all"
                        .formatted(table)))
        .toList();
  }

  @Test
  void filesBecomeFewerAndRowsStay() throws IOException {
    Path results = folder.resolve("results");
    Path sweep = TinySweep.write(folder);
    String recorded = "measure.quality={batch_size: 5, sources: true}";
    Program.Ended run =
        Program.run("run", sweep, "--limit", 10, "--set", recorded, "--results", results);
    assertEquals(0, run.code(), run.err());
    List<List<List<Object>>> rows = rows(results);
    long before = files(results);

    Program.Ended first = Program.run("results", "--compact", "--json", "--results", results);
    assertEquals(0, first.code(), first.err());
    assertEquals(1, first.out().lines().count(), first.out());
    JsonNode json = first.json();
    assertEquals(1, json.get("runs").intValue());
    assertEquals(before, json.get("files_before").longValue());
    assertEquals(files(results), json.get("files_after").longValue());
    assertTrue(files(results) < before, json::toString);
    assertEquals(rows, rows(results));

    Program.Ended second = Program.run("results", "--compact", "--results", results);
    assertEquals(0, second.code(), second.err());
    String left = String.valueOf(files(results));
    assertEquals(
        "0 runs merged: %s files before, %s now".formatted(left, left), second.out().strip());

    Program.Ended query =
        Program.run("results", "--results", results, "--sql", "select count(*) n from predictions");
    assertEquals("n\n%d\n".formatted(10 * TinySweep.TRIALS), query.out());
    Program.Ended again =
        Program.run("run", sweep, "--limit", 10, "--set", recorded, "--json", "--results", results);
    assertEquals(TinySweep.TRIALS, again.json().get("reused").intValue(), again.err());
  }

  @Test
  void refusesWhatIsNoStoreAndBothAtOnce() {
    Program.run("results", "--compact", "--results", folder.resolve("none")).refused("none");
    Program.run("results", "--compact", "--sql", "select 1").refused("found both", "--compact");
    Program.run("results").refused("found neither", "--sql");
  }
}
