package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which patches trials keep and merge alike. */
class PatternsCommandTest {
  @TempDir static Path folder;

  private static Path results;
  private static String plainRun;
  private static String run;

  @BeforeAll
  static void run() throws IOException {
    Path sweep = TinySweep.write(folder);
    results = folder.resolve("results");
    plainRun = measure(sweep, "measure={quality: {}}");
    run =
        measure(
            sweep,
            "measure={quality: {sources: true}}",
            "methods=[none, {name: evit, fuse: [false, true]}, {name: tome, r: 2}]",
            "resolutions=[32, 40]",
            "keep_rates=[0.5]");
  }

  private static String measure(Path sweep, String... settings) {
    List<Object> arguments =
        new ArrayList<>(List.of("run", sweep, "--json", "--limit", "6", "--results", results));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    Ended ended = Program.run(arguments.toArray());
    assertEquals(0, ended.code(), ended.err());
    return ended.json().get("run_id").textValue();
  }

  private static String id(String where) {
    return (String)
        Duck.cell(
            results,
            "select trial_id from trials where run_id = '%s' and %s".formatted(run, where));
  }

  private static Ended patterns(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("patterns", "--results", results));
    arguments.addAll(List.of(more));
    return Program.run(arguments.toArray());
  }

  @Test
  void twoTrialsSiteBySite() {
    String plain = id("method = 'evit' and resolution = 32 and parameters like '%false%'");
    String fused = id("method = 'evit' and resolution = 32 and parameters like '%true%'");
    Ended ended = patterns(plain, fused.substring(0, 10), "--run", run, "--json");
    assertEquals(0, ended.code(), ended.err());
    JsonNode lines = ended.json().get("comparisons");
    assertEquals(3, lines.size());
    JsonNode first = lines.get(0);
    assertEquals(plain, first.get("trial_a").textValue());
    assertEquals(fused, first.get("trial_b").textValue());
    assertEquals(1, first.get("block").intValue());
    assertEquals(6, first.get("images").intValue());
    assertEquals(0.5, first.get("kept_a").doubleValue());
    assertEquals(1, first.get("kept_b").doubleValue());
    assertEquals(0.5, first.get("iou").doubleValue(), 1e-12);
    assertEquals(0.5, first.get("iou_random").doubleValue(), 1e-12);
    assertEquals(1, first.get("ami").doubleValue(), 1e-12);
    assertTrue(lines.get(2).get("block").isNull());
    assertEquals(lines.get(1).get("iou"), lines.get(2).get("iou"));
    String text = patterns(plain, fused).out();
    assertTrue(text.contains("evit") && text.lines().count() == 6, text);
  }

  /** Kept patches by SQL over the table. */
  @Test
  void overlapIsThatOfTheTable() {
    String none = id("method = 'none' and resolution = 32");
    String evit = id("method = 'evit' and resolution = 32 and parameters like '%false%'");
    double kept =
        (Double)
            Duck.cell(
                results,
                ("select avg(len(list_filter(source, x -> x >= 0)) / len(source)) from sources"
                        + " where trial_id = '%s' and block = 2")
                    .formatted(evit));
    JsonNode lines = patterns(none, evit, "--json").json().get("comparisons");
    assertEquals(1, lines.size());
    assertEquals(kept, lines.get(0).get("iou").doubleValue(), 1e-12);
  }

  @Test
  void allTrialsOfARun() throws IOException {
    Path csv = folder.resolve("patterns.csv");
    Ended ended = patterns("--json", "--csv", csv);
    assertEquals(0, ended.code(), ended.err());
    assertEquals(run, ended.json().get("run_id").textValue());
    assertEquals(8, ended.json().get("trials").size());
    JsonNode lines = ended.json().get("comparisons");
    assertEquals(8 * 7 / 2, lines.size());
    int comparable = 0;
    for (JsonNode line : lines) {
      comparable += line.get("iou").isNull() ? 0 : 1;
    }
    assertEquals(2 * (4 * 3 / 2), comparable, "only equal resolutions");
    List<String> rows = Files.readAllLines(csv);
    assertEquals("trial_a,trial_b,block,images,kept_a,kept_b,iou,iou_random,ami", rows.get(0));
    assertEquals(1 + lines.size(), rows.size());
    String text = patterns().out();
    assertEquals(8 + 2, text.lines().count(), text);
    assertTrue(text.contains("–") && text.contains("tome"), text);
  }

  @Test
  void whatCannotBeComparedIsSaid() {
    String small = id("method = 'tome' and resolution = 32");
    String large = id("method = 'tome' and resolution = 40");
    patterns("--run", plainRun).refused(plainRun, "measure.quality.sources");
    patterns(small, large).refused(small, large, "32 and 40 px");
    patterns(small, "nobody").refused("trial 'nobody'", "found 0", small);
    patterns(small).refused("found one trial", "two");
    patterns("--run", "gone").refused("run 'gone'");
  }
}
