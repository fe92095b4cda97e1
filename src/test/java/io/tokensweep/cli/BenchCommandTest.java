package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  private static final String TINY =
      "{name: vit_custom, image_size: 32, patch: 8, width: 24, depth: 6, heads: 3, hidden: 48,"
          + " classes: 10}";

  @TempDir Path folder;

  @Test
  void forwardComparesEveryMethodWithTheUnreducedNetwork() {
    JsonNode json =
        bench(
            "forward",
            "--models",
            TINY,
            "--methods",
            "[none, evit, {name: tome, r: 2}, ats]",
            "--keep-rates",
            "0.5",
            "--sites",
            "[1, 3]",
            "--precision",
            "[fp32, bf16]",
            "--batch-sizes",
            "1,4");
    assertEquals(4, json.get("comparisons").size());
    assertEquals(
        "vit_custom (synthetic weights), resolution 32, bf16, batch size 4, 1 thread on cpu",
        json.get("comparisons").get(3).get("title").asText());
    for (JsonNode comparison : json.get("comparisons")) {
      JsonNode rows = comparison.get("rows");
      assertEquals(
          List.of("none", "evit 0.5 at [1,3]", "tome (r=2)", "ats at [1,3]"),
          rows.findValuesAsText("name"));
      assertEquals(1, rows.get(0).get("ratio").asDouble());
      assertEquals(1, rows.get(0).get("macs_ratio").asDouble());
      assertTrue(rows.get(1).get("macs_ratio").asDouble() > 1);
      assertTrue(rows.get(3).path("macs").isMissingNode(), "ats keeps other numbers in each image");
    }
  }

  @Test
  void decodeTimesEachResolutionAndAllOfOneDecode() throws Exception {
    Files.createDirectories(folder.resolve("class"));
    for (int i = 0; i < 3; i++) {
      BufferedImage image = new BufferedImage(50 + i, 40, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "jpeg", folder.resolve("class/%d.JPG".formatted(i)).toFile());
    }
    JsonNode json = bench("decode", folder, "--resolutions", "16,32", "--limit", "2");
    assertEquals(
        List.of("decode", "decode, to 16", "decode, to 32", "decode, to all of these"),
        json.get("comparisons").get(0).get("rows").findValuesAsText("name"));
    assertTrue(json.findValue("title").asText().startsWith("2 images of "), json::toString);
  }

  /** The weights of sinkhorn have a row for each token that it keeps. */
  @Test
  void eachTrialHasSyntheticWeightsOfItsOwnShapes() {
    JsonNode json =
        bench(
            "forward",
            "--models",
            TINY,
            "--methods",
            "[sinkhorn]",
            "--sites",
            "[1, 3]",
            "--batch-sizes",
            "1");
    assertEquals(
        List.of("none", "sinkhorn 0.5 at [1,3]", "sinkhorn 0.7 at [1,3]"),
        json.findValuesAsText("name"));
  }

  @Test
  void storePlanAndFrontsAreTimed() {
    assertEquals(
        List.of("draw images and place trials"),
        bench("pareto", "--trials", "10", "--images", "100").findValuesAsText("name"));
    assertEquals(List.of("write", "read"), bench("store", "--rows", "50").findValuesAsText("name"));
    assertEquals(
        List.of("plan", "plan, as JSON", "plan, as text"),
        bench("plan", "--trials", "40").findValuesAsText("name"));
  }

  /** Units that take no time, of two groups, through the jobs and commits of a real run. */
  @Test
  void scheduleSaysHowBusySlotsWereAndWhatTheDriverNeeded() {
    Program.Ended ended = schedule("--json");
    assertEquals(1, ended.out().lines().count(), ended.out());
    JsonNode json = ended.json();
    assertEquals("schedule", json.get("bench").asText());
    assertEquals(12, json.get("units").intValue());
    assertEquals(10, json.get("trials").intValue());
    double busy = json.get("busy").asDouble();
    assertTrue(busy > 0 && busy <= 1, json::toString);
    assertEquals(12 * 0.001 / (2 * json.get("seconds").asDouble()), busy, 1e-9);
    for (String name : List.of("seconds", "broadcast_bytes", "task_bytes", "heap_peak")) {
      assertTrue(json.get(name).asDouble() > 0, name);
    }
    assertTrue(json.get("process_peak").asLong() > json.get("task_bytes").asLong());
    List<String> lines = schedule().out().lines().toList();
    assertTrue(lines.get(0).matches("12 units of 1 ms on 2 slots in .* busy"), lines::toString);
    assertTrue(lines.get(4).contains("process at its peak: "), lines::toString);
  }

  private static Program.Ended schedule(String... more) {
    List<Object> words = new ArrayList<>(List.of("bench", "schedule"));
    words.addAll(List.of("--units", 12, "--millis", 1, "--slots", 2));
    words.addAll(List.of("--trials", 10, "--images", 50));
    words.addAll(List.of(more));
    Program.Ended ended = Program.run(words.toArray());
    assertEquals(0, ended.code(), ended.err());
    return ended;
  }

  @Test
  void tableHasALineForEachWithItsIntervals() {
    Program.Ended ended =
        Program.run("bench", "store", "--rows", "50", "--rounds", "6", "--warmup", "0");
    assertEquals(0, ended.code(), ended.err());
    List<String> lines = ended.out().lines().toList();
    assertTrue(lines.get(1).matches("\\s+rows/s \\(95 %\\)\\s+ratio \\(95 %\\)"));
    String estimate = "[\\d.]+ \\([\\d.]+–[\\d.]+\\)";
    assertTrue(
        lines.get(2).matches("  write\\s+" + estimate + "\\s+1\\.000 \\(1\\.000–1\\.000\\)"));
    assertTrue(lines.get(3).matches("  read\\s+" + estimate + "\\s+" + estimate));
  }

  /** Throughput steps twice, accuracy of one trial once: all of them at commits that are known. */
  @Test
  void aGrownStoreIsComparedAndItsHistoryHasTheStepsThatItWasMadeWith() {
    Path kept = folder.resolve("kept");
    Program.Ended ended =
        Program.run("bench", "history", "--runs", "48", "--trials", "3", "--keep", kept, "--json");
    assertEquals(0, ended.code(), ended.err());
    JsonNode json = ended.json();
    assertEquals(3 * 9, json.get("series").asInt());
    // throughput and latency of two trials go up and down; top-1, top-5 and loss of one change once
    assertEquals(2 * 2 * 2 + 3, json.get("steps").asInt());
    assertTrue(json.get("summary_bytes").asLong() > 0);
    Program.run("bench", "history", "--keep", kept.resolve("results"))
        .refused("--keep", "results", "something else");
    Program.run("bench", "history", "--runs", "2").refused("2 runs", "3 to 100000");
  }

  @Test
  void badArgumentsGiveOneClearError() throws Exception {
    Program.run("bench").refused("forward", "decode", "store", "plan", "pareto");
    Program.run("bench", "store", "--rounds", "5").refused("--rounds is 5", "6 and more");
    Program.run("bench", "store", "--warmup", "-1").refused("--warmup is -1", "0 and more");
    Program.run("bench", "store", "--rows", "0").refused("--rows is 0", "1 to 10000000");
    Program.run("bench", "store", "--rows", "10000001").refused("--rows is 10000001", "10000000");
    Program.run("bench", "pareto", "--images", "0").refused("0 images");
    Program.run("bench", "plan", "--trials", "30").refused("--trials is 30", "multiples of 20");
    Program.run("bench", "schedule", "--units", "0").refused("found 0 units", "1 and more");
    Program.run("bench", "schedule", "--trials", "7").refused("--trials is 7", "multiples of 10");
    Program.run("bench", "forward", "--methods", "[evitt]").refused("--methods", "evitt", "evit");
    Program.run("bench", "forward", "--batch-sizes", "0").refused("--batch-sizes has 0");
    Program.run("bench", "forward", "--batch-sizes", "x").refused("--batch-sizes", "x");
    Program.run("bench", "forward", "--threads", "0").refused("--threads is 0");
    for (String resolution : List.of("0", "8193")) {
      Program.run("bench", "decode", folder, "--resolutions", resolution)
          .refused("--resolutions has " + resolution, "1 to 8192");
    }
    Program.run("bench", "decode", folder).refused(folder.toString(), "found no image");
    Program.run("bench", "decode", folder.resolve("absent")).refused("absent", "no such folder");
    Program.run("bench", "decode", folder, "--transform", "x").refused("'x'", "deit, lvvit, timm");
    Files.writeString(folder.resolve("a.jpg"), "text");
    Program.run("bench", "decode", folder).refused("a.jpg", "not an image");
  }

  private static JsonNode bench(Object... arguments) {
    Object[] all = new Object[arguments.length + 6];
    all[0] = "bench";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    List<String> last = List.of("--rounds", "6", "--warmup", "0", "--json");
    for (int i = 0; i < last.size(); i++) {
      all[arguments.length + 1 + i] = last.get(i);
    }
    Program.Ended ended = Program.run(all);
    assertEquals(0, ended.code(), ended.err());
    JsonNode json = ended.json();
    assertEquals(arguments[0], json.get("bench").asText());
    assertEquals(6, json.get("rounds").asInt());
    for (JsonNode row :
        json.findValues("rows").stream().flatMap(BenchCommandTest::stream).toList()) {
      for (String estimate : List.of("speed", "ratio")) {
        double median = row.get(estimate).asDouble();
        assertTrue(median > 0, row::toString);
        assertTrue(row.get(estimate + "_low").asDouble() <= median, row::toString);
        assertTrue(row.get(estimate + "_high").asDouble() >= median, row::toString);
      }
    }
    return json;
  }

  private static Stream<JsonNode> stream(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false);
  }
}
