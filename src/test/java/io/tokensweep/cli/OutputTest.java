package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.InvalidInputException;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.ResultQuery;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
            "macs_overhead",
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
    long tables = 2; // quality and throughput
    assertEquals(2 * tables, table.lines().filter(line -> line.contains("random")).count(), table);
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

    Ended object =
        sql("select method, keep_rate, top1 from trials order by keep_rate nulls first", "--json");
    assertEquals("", object.err());
    JsonNode trials = object.json();
    assertEquals(7, trials.get("rows").size());
    assertEquals("none", trials.get("rows").get(0).get("method").textValue());
    assertTrue(trials.get("rows").get(0).get("keep_rate").isNull());
    assertEquals("[\"method\",\"keep_rate\",\"top1\"]", trials.get("columns").toString());

    sql("select cast('x' as int) from trials").refused("SQL", "cast");
    sql("select 1", "--format", "xml").refused("xml", "CSV");
  }

  /** Many queries on one session. */
  @Test
  void answers() {
    System.setProperty("spark.master", "local[2]");
    try (ResultQuery query = ResultQuery.open(ResultStore.existing(results))) {
      assertEquals("a\n\"\"\n1\n", query.run("select * from values (null), (1) as t(a)").csv());
      assertEquals("a,b,a_2\n1,2,3\n", query.run("select 1 as a, 2 as b, 3 as a").csv());
      ResultQuery.Answer empty = query.run("select trial_id from trials where method = 'no'");
      assertEquals("trial_id\n", empty.csv());
      assertEquals("[]", empty.jsonArray());
      assertEquals("{\"columns\":[\"trial_id\"],\"rows\":[]}", empty.jsonObject());
      assertEquals(
          "t,p,l,s\n7,70,28,tiny\n",
          query
              .run(
                  "select (select count(*) from trials) t, (select count(*) from predictions) p,"
                      + " (select count(distinct trial_id, block) from layers) l, sweep s from runs")
              .csv());
      assertEquals(
          "t,i\n21,10\n",
          query.run("select (select count(*) from timings) t, count(*) i from images").csv());
      assertEquals(
          Tables.PREDICTIONS.schema().getFields().stream().map(field -> field.getName()).toList(),
          query
              .run("select * from predictions limit 1")
              .csv()
              .lines()
              .limit(1)
              .flatMap(header -> Stream.of(header.split(",", -1)))
              .toList());
      for (String bad :
          List.of("selekt 1", "select no_such from trials", "select * from nowhere", "")) {
        InvalidInputException refusal =
            assertThrows(InvalidInputException.class, () -> query.run(bad));
        assertTrue(refusal.getMessage().startsWith("SQL: "), refusal.getMessage());
      }
    } finally {
      System.clearProperty("spark.master");
    }
  }
}
