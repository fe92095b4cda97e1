package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorrelateCommandTest {
  @TempDir static Path folder;
  private static Path results;

  @BeforeAll
  static void run() throws IOException {
    results = folder.resolve("results");
    Ended run =
        Program.run(
            "run", TinySweep.write(folder), "--json", "--limit", "12", "--results", results);
    assertEquals(0, run.code(), run.err());
  }

  @Test
  void oneLineForAllTrialsAndOneForEachKeepRateOfThreeOrMore() {
    Ended ended =
        Program.run("correlate", "--x", "macs", "--y", "loss", "--json", "--results", results);
    assertEquals(0, ended.code(), ended.err());
    JsonNode lines = ended.json().get("correlations");
    assertEquals(7, lines.get(0).get("trials").intValue());
    assertEquals(12, lines.get(0).get("images").intValue());
    assertTrue(lines.get(0).get("keep_rate") == null);
    for (JsonNode line : lines) {
      assertTrue(line.get("trials").intValue() >= 3);
      double rho = line.get("rho").doubleValue();
      assertTrue(rho >= -1 && rho <= 1);
      assertTrue(line.get("low").doubleValue() <= line.get("high").doubleValue());
    }
    long rates =
        StreamSupport.stream(lines.spliterator(), false).filter(l -> l.has("keep_rate")).count();
    assertEquals(lines.size() - 1, rates);
  }

  @Test
  void aTableForATerminal() {
    Ended ended = Program.run("correlate", "--results", results);
    assertEquals(0, ended.code(), ended.err());
    assertTrue(
        ended.out().startsWith("rank correlation of diversity_medoid and top1 over trials"),
        ended.out());
    assertTrue(ended.out().contains("all trials"), ended.out());
  }

  @Test
  void bothMetricsTheSameOrTooFewReplicatesAreRefused() {
    Program.run("correlate", "--x", "top1", "--results", results).refused("--x", "--y", "top1");
    Program.run("correlate", "--replicates", "3", "--results", results)
        .refused("--replicates", "3", "100");
    Program.run("correlate", "nothing", "--results", results).refused("nothing");
    Program.run("correlate", "--x", "beauty", "--results", results).refused("beauty", "TOP1");
  }
}
