package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.univocity.parsers.common.record.Record;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the report and {@code best} say of a run equals what SQL makes of its tables. */
class ReportCommandTest {
  @TempDir static Path folder;
  private static Path results;
  private static Path figures;
  private static JsonNode said;

  @BeforeAll
  static void run() throws IOException {
    results = folder.resolve("results");
    figures = folder.resolve("figures");
    Ended run = Program.run("run", TinySweep.write(folder), "--json", "--results", results);
    assertEquals(0, run.code(), run.err());
    Ended report = Program.run("report", "--figures", figures, "--json", "--results", results);
    assertEquals(0, report.code(), report.err());
    said = report.json();
  }

  private static List<Record> csv(String name) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.setHeaderExtractionEnabled(true);
    settings.setMaxCharsPerColumn(-1);
    return new CsvParser(settings).parseAllRecords(figures.resolve(name).toFile());
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  /** Equal but for rounding of the last digits of fp64. */
  private static void equal(Object stored, String shown) {
    assertEquals(number(stored), Double.parseDouble(shown), Math.abs(number(stored)) * 1e-12);
  }

  @Test
  void everyNumberOfTheTableIsThatOfTheStore() {
    Map<String, Record> rows = new HashMap<>();
    csv("trials.csv").forEach(row -> rows.put(row.getString("Trial"), row));
    List<List<Object>> trials =
        Duck.query(
            results,
            """
            select t.trial_id, t.top1, t.top5, t.macs / 1.0, t.throughput, t.loss, t.images,
              t.top1 - b.top1, 100.0 * t.macs / b.macs, t.diversity_medoid_norm, t.throughput_ratio,
              t.latency_p50, t.throughput_memory, t.keep_rate
            from trials t, trials b where b.method = 'none'""");
    assertEquals(TinySweep.TRIALS, trials.size());
    assertEquals(TinySweep.TRIALS, rows.size());
    List<String> columns =
        List.of(
            "Top-1",
            "Top-5",
            "MACs",
            "Throughput",
            "Loss",
            "Images",
            "Change",
            "Of none",
            "Diversity",
            "Speed-up",
            "Latency",
            "Memory",
            "Keep rate");
    for (List<Object> trial : trials) {
      Record row = rows.get(trial.get(0));
      for (int i = 0; i < columns.size(); i++) {
        if (trial.get(i + 1) == null) {
          assertEquals(null, row.getString(columns.get(i)), columns.get(i));
        } else {
          equal(trial.get(i + 1), row.getString(columns.get(i)));
        }
      }
    }
  }

  @Test
  void everyPointOfTheLayersIsTheMeanOfItsUnits() {
    List<List<Object>> tokens =
        Duck.query(
            results,
            "select trial_id, block, sum(tokens_left * images) / sum(images), sum(macs * images) /"
                + " sum(images) / 1e6 from layers group by all");
    for (var column : Map.of("layers-tokens.csv", 2, "layers-macs.csv", 3).entrySet()) {
      List<Record> points = csv(column.getKey());
      assertEquals(tokens.size(), points.size());
      List<Double> shown =
          points.stream().map(point -> Double.parseDouble(point.getString(2))).sorted().toList();
      List<Double> stored =
          tokens.stream().map(row -> number(row.get(column.getValue()))).sorted().toList();
      for (int i = 0; i < shown.size(); i++) {
        assertEquals(stored.get(i), shown.get(i), 1e-9 * stored.get(i));
      }
    }
  }

  @Test
  void theChartsOfThePageShowTheStore() throws Exception {
    String html = Files.readString(Path.of(said.get("report").asText()));
    String start = "id=\"report-data\">";
    int from = html.indexOf(start) + start.length();
    JsonNode page =
        new ObjectMapper().readTree(html.substring(from, html.indexOf("</script>", from))).get(0);
    Map<String, List<Object>> stored =
        Duck.query(results, "select trial_id, macs, top1, top1_low, top1_high from trials").stream()
            .collect(Collectors.toMap(row -> (String) row.get(0), row -> row));
    Set<String> seen = new HashSet<>();
    for (JsonNode series : page.get("figures").get("accuracy-macs").get("series")) {
      for (int i = 0; i < series.get("y").size(); i++) {
        JsonNode rank =
            series.get("trial").isArray() ? series.get("trial").get(i) : series.get("trial");
        if (rank.asInt() >= 0) {
          String id = page.get("trials").get(rank.asInt()).get("id").asText();
          seen.add(id);
          List<Object> row = stored.get(id);
          // seven digits are drawn
          assertEquals(number(row.get(1)) / 1e9, series.get("x").get(i).asDouble(), 1e-9);
          assertEquals(number(row.get(2)), series.get("y").get(i).asDouble(), 1e-5);
          assertEquals(number(row.get(3)), series.get("low").get(i).asDouble(), 1e-5);
          assertEquals(number(row.get(4)), series.get("high").get(i).asDouble(), 1e-5);
        }
      }
    }
    assertEquals(stored.keySet(), seen);
  }

  @Test
  void everyFigureIsThereAsPngSvgAndCsv() throws Exception {
    Set<String> names;
    try (Stream<Path> files = Files.list(figures)) {
      names = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
    assertEquals(names.size(), said.get("figures").size());
    Set<String> keys =
        names.stream()
            .filter(name -> name.endsWith(".svg"))
            .map(name -> name.replace(".svg", ""))
            .collect(Collectors.toSet());
    assertTrue(
        keys.containsAll(
            Set.of(
                "accuracy-macs",
                "accuracy-throughput",
                "accuracy-latency",
                "top1-keep-rate",
                "layers-tokens",
                "layers-macs",
                "layers-significance",
                "layers-diversity")),
        keys.toString());
    for (String key : keys) {
      assertTrue(names.contains(key + ".csv"), key);
      File png = figures.resolve(key + ".png").toFile();
      assertTrue(ImageIO.read(png).getWidth() > 1000, key);
      DocumentBuilderFactory xml = DocumentBuilderFactory.newInstance();
      xml.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      xml.newDocumentBuilder().parse(figures.resolve(key + ".svg").toFile());
    }
    assertTrue(
        names.containsAll(Set.of("trials.csv", "trials.md", "trials.tex", "timm.csv")),
        names.toString());
  }

  @Test
  void theBestTrialWithinABudgetIsWhatSqlFinds() {
    double budget = number(Duck.cell(results, "select median(macs) from trials"));
    Ended ended = Program.run("best", "--macs", budget, "--json", "--results", results);
    assertEquals(0, ended.code(), ended.err());
    JsonNode set = ended.json().get("sets").get(0);
    List<List<Object>> sql =
        Duck.query(
            results,
            "select trial_id from trials where macs <= %f order by top1 desc, macs"
                .formatted(budget));
    assertEquals(sql.size(), set.get("choices").size());
    JsonNode best = set.get("choices").get(0);
    assertEquals(
        Duck.cell(results, "select max(top1) from trials where macs <= %f".formatted(budget)),
        best.get("top1").asDouble());
    double shares = 0;
    for (JsonNode choice : set.get("choices")) {
      shares += choice.get("best").asDouble();
      assertEquals(1, choice.get("within").asDouble()); // MACs do not depend on the images here
    }
    assertEquals(1, shares, 1e-9);
    assertTrue(Program.run("best", "--macs", budget, "--results", results).out().contains("* "));
  }

  @Test
  void theCheapestTrialOfAnAccuracyIsWhatSqlFinds() {
    double least = number(Duck.cell(results, "select median(top1) from trials"));
    Ended ended = Program.run("best", "--min-top1", least, "--json", "--results", results);
    assertEquals(0, ended.code(), ended.err());
    assertEquals(
        number(Duck.cell(results, "select min(macs) from trials where top1 >= " + least)),
        ended.json().get("sets").get(0).get("choices").get(0).get("macs").asDouble());
  }

  @Test
  void limitsThatNothingMeetsAndThatMakeNoSense() {
    Ended none = Program.run("best", "--macs", "1", "--json", "--results", results);
    assertEquals(1, none.code());
    assertEquals(0, none.json().get("sets").get(0).get("choices").size());
    Program.run("best", "--results", results).refused("--macs", "--min-top1");
    Program.run("best", "--macs", "-1", "--results", results).refused("--macs", "-1");
    Program.run("best", "--min-top1", "101", "--results", results).refused("101", "100");
    Ended all = Program.run("best", "--min-throughput", "0.001", "--results", results);
    assertEquals(0, all.code(), all.err());
    assertFalse(all.out().isEmpty());
    assertNotEquals("", all.out().lines().findFirst().orElse(""));
  }
}
