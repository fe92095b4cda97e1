package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of schema 1.1, made by taking away what was added since, are read like any others. */
class OldSchemaTest {
  private static final String ADDED_TO_TRIALS =
      "regexp_matches(c, '^(latency|audit)_|^throughput_(low|high|ratio|sessions|warmup|stable"
          + "|memory|macs|limit|warning)')";
  private static final String ADDED_TO_TIMINGS =
      "regexp_matches(c, '^(session|baseline|memory|load_average|other_load|quota_seconds)$|^[cg]pu_')";

  @TempDir Path folder;

  private void age(Path results) throws IOException {
    for (Path file : files(results, ".*/(trials|timings)/.*\\.parquet")) {
      String added = file.toString().contains("/trials/") ? ADDED_TO_TRIALS : ADDED_TO_TIMINGS;
      Path old = folder.resolve("old.parquet");
      execute(
          "copy (select columns(c -> not %s) from read_parquet('%s', hive_partitioning = false)) to '%s'"
              .formatted(added, file, old));
      Files.move(old, file, StandardCopyOption.REPLACE_EXISTING);
    }
    for (Path file : files(results, ".*/latencies/.*\\.parquet")) {
      Files.delete(file);
    }
    Path manifest = files(results, ".*/runs/.*\\.json").get(0);
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree = (ObjectNode) json.readTree(manifest.toFile());
    tree.put("schema", "1.1");
    var left = tree.arrayNode();
    for (var file : tree.get("files")) {
      Path path = results.resolve(file.get("path").textValue());
      if (Files.exists(path)) {
        left.add(((ObjectNode) file).put("bytes", Files.size(path)));
      }
    }
    tree.set("files", left);
    json.writeValue(manifest.toFile(), tree);
  }

  private static void execute(String sql) {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private static List<Path> files(Path root, String pattern) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(path -> path.toString().matches(pattern)).toList();
    }
  }

  @Test
  void theyAreReportedAndQueried() throws IOException {
    Path results = folder.resolve("results");
    Path sweep = TinySweep.write(folder);
    Ended run = Program.run("run", sweep, "--results", results);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("× none (95 %)"), run.out());
    age(results);

    Ended report = Program.run("report", "--results", results);
    assertEquals(0, report.code(), report.err());
    assertFalse(report.out().contains("× none (95 %)"), report.out());
    assertTrue(report.out().contains("images/s"), report.out());

    Ended rows =
        Program.run(
            "results",
            "--results",
            results,
            "--format",
            "csv",
            "--sql",
            "select count(*) trials, count(throughput) timed, count(throughput_low) bounds,"
                + " (select count(session) from timings) sessions,"
                + " (select count(*) from latencies) latencies from trials");
    assertEquals(0, rows.code(), rows.err());
    assertEquals("7,7,0,0,0", rows.out().lines().reduce((a, b) -> b).orElseThrow());
  }
}
