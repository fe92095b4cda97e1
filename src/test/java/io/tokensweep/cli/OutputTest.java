package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs read from stdout. */
class OutputTest {
  @TempDir static Path folder;

  private static Path sweep;
  private static Path results;
  private static Ended run;

  @BeforeAll
  static void run() throws IOException {
    sweep = TinySweep.write(folder);
    results = folder.resolve("odd [name] {of} a folder, 100%20");
    run = Program.run("run", sweep, "--json", "--limit", "10", "--results", results);
    assertEquals(0, run.code(), run.err());
  }

  private static Ended sql(String query, String... more) {
    List<Object> arguments = new ArrayList<>(List.of("results", "--results", results));
    arguments.addAll(List.of("--sql", query));
    arguments.addAll(List.of(more));
    return Program.run(arguments.toArray());
  }

  /** The first row below the header. */
  private static String row(String query) {
    Ended ended = sql(query);
    assertEquals(0, ended.code(), ended.err());
    return ended.out().lines().skip(1).findFirst().orElseThrow();
  }

  private static List<String> fields(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void runEndsInOneObject() {
    assertEquals(1, run.out().lines().count());
    JsonNode json = run.json();
    assertTrue(
        fields(json)
            .containsAll(
                List.of(
                    "run_id", "sweep", "trials", "ok", "failed", "invalid", "reused", "images",
                    "seconds", "report")));
    assertEquals("tiny", json.get("sweep").textValue());
    assertEquals(7, json.get("trials").intValue());
    assertEquals(7, json.get("ok").intValue());
    assertEquals(10, json.get("images").intValue());
    assertTrue(Files.isRegularFile(Path.of(json.get("report").textValue())));
    assertTrue(run.err().contains("quality") && run.err().contains("images/s"), run.err());
    assertFalse(run.err().contains("WARN"), run.err());
  }

  @Test
  void planSaysWhatIsLeft() {
    Ended plan =
        Program.run(
            "plan",
            sweep,
            "--json",
            "--limit",
            "10",
            "--results",
            results,
            "--set",
            "keep_rates=[0.5, 0.6]");
    assertEquals(0, plan.code(), plan.err());
    assertEquals("", plan.err());
    JsonNode json = plan.json();
    assertTrue(
        fields(json)
            .containsAll(
                List.of(
                    "sweep",
                    "trials",
                    "duplicates",
                    "committed",
                    "units",
                    "images",
                    "decodes",
                    "decodes_saved",
                    "macs",
                    "macs_saved",
                    "trials_detail")));
    assertEquals(7, json.get("trials").intValue());
    assertEquals(4, json.get("committed").intValue());
    assertEquals(
        List.of(
            "trial_id",
            "model",
            "method",
            "parameters",
            "keep_rate",
            "resolution",
            "precision",
            "sites",
            "macs",
            "macs_exact",
            "params",
            "tokens"),
        fields(json.get("trials_detail").get(0)));
    assertEquals(0, Program.run("plan", sweep, "--results", results).code());
  }

  @Test
  void reportNamesItsFile() {
    Ended report = Program.run("report", "--json", "--results", results);
    assertEquals(0, report.code(), report.err());
    assertTrue(Files.isRegularFile(Path.of(report.json().get("report").textValue())));
    assertEquals(run.json().get("run_id"), report.json().get("run_id"));
    String table = Program.run("report", "--results", results).out();
    assertEquals(2, table.lines().filter(line -> line.contains("random")).count(), table);
  }

  @Test
  void queries() throws IOException {
    String odd =
        "select null as nothing, 'a,b' as commas, 'say \"x\"' as quotes, 'one\\ntwo' as `lines`,"
            + " ' padded ' as padded, 1.5D as number, array(1, 2) as list, '' as empty,"
            + " repeat('x', 9000) as long";
    Ended csv = sql(odd);
    assertEquals(0, csv.code(), csv.err());
    assertEquals(
        "nothing,commas,quotes,lines,padded,number,list,empty,long\n"
            + ",\"a,b\",\"say \"\"x\"\"\",\"one\ntwo\",\" padded \",1.5,\"[1,2]\",,"
            + "x".repeat(9000)
            + "\n",
        csv.out());
    JsonNode rows = new ObjectMapper().readTree(sql(odd, "--format", "json").out());
    assertEquals(1, rows.size());
    assertTrue(rows.get(0).get("nothing").isNull());
    assertEquals("one\ntwo", rows.get(0).get("lines").textValue());
    assertEquals(2, rows.get(0).get("list").get(1).intValue());
    assertEquals("", sql(odd, "--json").err());

    assertEquals("a\n\"\"\n1\n", sql("select * from values (null), (1) as t(a)").out());
    assertEquals("a,b,a_2\n1,2,3\n", sql("select 1 as a, 2 as b, 3 as a").out());
    assertEquals("trial_id\n", sql("select trial_id from trials where method = 'no'").out());
    Ended empty = sql("select trial_id from trials where 1 = 0", "--format", "json");
    assertEquals(0, new ObjectMapper().readTree(empty.out()).size());

    JsonNode trials =
        sql("select method, keep_rate, top1 from trials order by keep_rate nulls first", "--json")
            .json();
    assertEquals(7, trials.get("rows").size());
    assertEquals("none", trials.get("rows").get(0).get("method").textValue());
    assertTrue(trials.get("rows").get(0).get("keep_rate").isNull());
    assertEquals("[\"method\",\"keep_rate\",\"top1\"]", trials.get("columns").toString());
    assertEquals(
        "7,70,28",
        row(
            "select (select count(*) from trials), (select count(*) from predictions),"
                + " (select count(distinct trial_id, block) from layers)"));
    assertEquals(
        "tiny,10,21,10",
        row(
            "select sweep, images, (select count(*) from timings), (select count(*) from images)"
                + " from runs"));
    assertFalse(
        sql("select * from predictions limit 1").out().lines().toList().get(0).contains("unit"));
  }

  @Test
  void badQueries() {
    sql("selekt 1").refused("SQL", "selekt");
    sql("select no_such from trials").refused("SQL", "no_such");
    sql("select * from nowhere").refused("nowhere");
    sql("select cast('x' as int) from trials").refused("SQL", "cast");
    sql("select 1", "--format", "xml").refused("xml", "CSV");
  }
}
