package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.SessionMedians;
import io.tokensweep.store.SyntheticRun;
import io.tokensweep.store.SyntheticRun.Trial;
import io.tokensweep.store.TrialRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineCommandTest {
  private static final String OLD = "a".repeat(40);
  private static final String NEW = "b".repeat(40);
  private static final String RUN = "20260101T000000000Z-000001";
  private static final String OTHER = "20260102T000000000Z-000002";
  private static final Trial NONE = Trial.none(image -> true);

  @TempDir Path results;
  private SyntheticRun run;
  private Trial half;

  /** In the last of the sessions everything took ten times as long. */
  private static double[] throttled(double seconds) {
    return new double[] {seconds, seconds, seconds, 10 * seconds};
  }

  @BeforeEach
  void publish() {
    half = Trial.evit(0.5, image -> image % 2 == 0, throttled(0.05));
    run = SyntheticRun.of(RUN, OLD, throttled(0.1), NONE, half);
    run.publish(results);
    SyntheticRun.of(
            OTHER,
            NEW,
            new double[] {0.1, 0.1, 0.1, 0.1},
            NONE,
            Trial.evit(0.5, image -> image % 2 == 0, 0.05, 0.05, 0.05, 0.05))
        .publish(results);
  }

  private Ended quarantine(Object... arguments) {
    return Program.run(
        Stream.of(new Object[] {"quarantine"}, arguments, new Object[] {"--results", results})
            .flatMap(Arrays::stream)
            .toArray());
  }

  private String add(Object... target) {
    Ended ended =
        quarantine(
            Stream.of(
                    new Object[] {"add", "--run", RUN, "--json", "--reason", "node 7 throttled"},
                    target)
                .flatMap(Arrays::stream)
                .toArray());
    assertEquals(0, ended.code(), ended.err());
    return ended.json().get("id").asText();
  }

  private Map<Path, List<Byte>> files() throws IOException {
    try (Stream<Path> walk = Files.walk(results)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(results.resolve("quarantine")))
          .collect(Collectors.toMap(file -> file, QuarantineCommandTest::bytes));
    }
  }

  private static List<Byte> bytes(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return Stream.iterate(0, i -> i < bytes.length, i -> i + 1).map(i -> bytes[i]).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ResultStore store() {
    return ResultStore.existing(results);
  }

  private TrialRow row(Trial trial) {
    return store().trials(RUN).stream()
        .filter(row -> row.trialId().equals(run.id(trial)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nothingIsChangedAndNothingUsesTheTrialUntilItIsLifted() throws IOException {
    TrialRow before = row(half);
    Map<Path, List<Byte>> files = files();
    String id = add("--trial", run.id(half));
    assertEquals(files, files(), "no file of a run was touched");
    assertEquals(TrialRow.Status.QUARANTINED, row(half).status());
    assertTrue(row(half).error().orElseThrow().startsWith("node 7 throttled ("));
    assertTrue(row(half).quality().isEmpty() && row(half).throughput().isEmpty());
    assertEquals(TrialRow.Status.OK, row(NONE).status());
    List<String> both = List.of(run.id(NONE), run.id(half));
    assertEquals(
        0,
        store()
            .outcomes(store().manifest(RUN), both)
            .byTrial()
            .get(run.id(half))
            .present()
            .cardinality());
    assertTrue(
        store().batchRounds(store().manifest(RUN), both).stream()
            .allMatch(round -> round.trialId().equals(run.id(NONE))));
    assertEquals(4, store().throughputSessions(store().manifest(RUN)).size());
    for (SessionMedians session : store().throughputSessions(store().manifest(RUN))) {
      assertFalse(session.byTrial().containsKey(run.id(half)));
    }

    assertEquals(0, quarantine("lift", id, "--reason", "it was node 8").code());
    assertEquals(before, row(half));
    Ended list = quarantine("list");
    assertTrue(list.out().contains("node 7 throttled"), list.out());
    assertTrue(list.out().contains("lifted: it was node 8"), list.out());
    assertTrue(list.out().endsWith("0 in quarantine, 1 lifted\n"), list.out());
  }

  @Test
  void whatIsInQuarantineIsNotReused() {
    String id = run.id(half);
    assertEquals(OTHER, store().measuredTrials("{}").get(id));
    String entry =
        quarantine("add", "--run", OTHER, "--session", 1, "--json", "--reason", "hot")
            .json()
            .get("id")
            .asText();
    assertEquals(RUN, store().measuredTrials("{}").get(id));
    add();
    assertFalse(store().measuredTrials("{}").containsKey(id));
    quarantine("lift", entry, "--reason", "it was not");
    assertEquals(OTHER, store().measuredTrials("{}").get(id));
  }

  @Test
  void aSessionIsLeftOutOfTimingsAndTheirSummaryIsMadeAgain() {
    add("--session", 3);
    TrialRow row = row(half);
    assertEquals(TrialRow.Status.OK, row.status());
    assertEquals(50, row.quality().orElseThrow().top1().value(), "what was predicted is used");
    TrialRow.Throughput throughput = row.throughput().orElseThrow();
    assertEquals(9, throughput.batches(), "three rounds of three sessions");
    assertEquals(10 / 0.05, throughput.imagesPerSecond().low(), 1e-9);
    assertEquals(3, throughput.timing().orElseThrow().sessions());
    assertEquals(
        50, throughput.timing().orElseThrow().latency().orElseThrow().p99(), 1e-9, "milliseconds");
    assertEquals(3, store().throughputSessions(store().manifest(RUN)).size());
    assertEquals(3, store().latencySessions(store().manifest(RUN)).size());
    assertEquals(9, store().batchRounds(store().manifest(RUN), List.of(run.id(half))).size());
  }

  @Test
  void sqlShowsTheReasonAndTheRowsOfNoOtherView() {
    add("--trial", run.id(half));
    add("--session", 3);
    JsonNode trials =
        sql(
            "SELECT method, status, error, throughput, throughput_warning FROM trials WHERE run_id = '"
                + RUN
                + "' ORDER BY method");
    assertEquals("quarantined", trials.get(0).get("status").asText());
    assertTrue(trials.get(0).get("error").asText().startsWith("node 7 throttled ("));
    assertEquals("ok", trials.get(1).get("status").asText());
    assertTrue(trials.get(1).get("throughput").isNull());
    assertTrue(trials.get(1).get("throughput_warning").asText().startsWith("node 7 throttled ("));
    JsonNode counts =
        sql(
            "SELECT (SELECT count(*) FROM predictions WHERE run_id = '%s') AS p,".formatted(RUN)
                + " (SELECT count(*) FROM timings WHERE run_id = '%s') AS t,".formatted(RUN)
                + " (SELECT count(*) FROM predictions) AS a,"
                + " (SELECT count(*) FROM quarantine WHERE lifted_time IS NULL) AS q");
    assertEquals(100, counts.get(0).get("p").asInt(), "of one trial");
    assertEquals(9, counts.get(0).get("t").asInt(), "of one trial in three sessions");
    assertEquals(300, counts.get(0).get("a").asInt(), "the other run is whole");
    assertEquals(2, counts.get(0).get("q").asInt());
  }

  private JsonNode sql(String query) {
    Ended ended = Program.run("results", "--sql", query, "--json", "--results", results);
    assertEquals(0, ended.code(), ended.err());
    return ended.json().get("rows");
  }

  @Test
  void theReportSaysHowManyAndWhy() throws IOException {
    add("--trial", run.id(half));
    add("--session", 3);
    Ended ended = Program.run("report", RUN, "--results", results);
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("quarantined " + run.id(half)), ended.out());
    String html = Files.readString(results.resolve("reports/" + RUN + ".html"));
    assertTrue(html.contains("1 of 2 trials is in quarantine."), html);
    assertTrue(html.contains("node 7 throttled"), html);
    assertTrue(html.contains("Timings are in quarantine and in no figure"), html);
    assertEquals(
        0,
        Program.run("best", RUN, "--min-top1", "10", "--json", "--results", results)
                .json()
                .toString()
                .split(run.id(half), -1)
                .length
            - 1);
  }

  @Test
  void comparisonsSeeNeitherTrialNorSession() {
    add("--session", 3);
    JsonNode timed = compare();
    assertEquals(3, sessions(timed), "of four");
    add("--trial", run.id(half));
    JsonNode left = compare();
    assertEquals(1, left.get("trials").size());
    assertEquals(1, left.get("appeared").size(), "the base has none that counts");
    assertEquals(0, left.get("broken").size());
  }

  private JsonNode compare() {
    return Program.run("compare", OLD, NEW, "--json", "--results", results).json();
  }

  private static int sessions(JsonNode comparison) {
    for (JsonNode change : comparison.get("trials").get(1).get("changes")) {
      if (change.get("metric").asText().equals("throughput")) {
        return change.get("sessions").asInt();
      }
    }
    throw new AssertionError(comparison);
  }

  @Test
  void whatIsNotThereIsRefused() {
    String why = "--reason=x";
    quarantine("add", "--run", "r", why).refused("run 'r' is not in");
    quarantine("add", "--run", RUN, "--trial", "t", why)
        .refused("trial 't'", "none of run " + RUN, run.id(half));
    quarantine("add", "--run", RUN, "--session", 4, why)
        .refused("session 4", "sessions [0, 1, 2, 3]");
    quarantine("add", "--run", RUN, "--reason", " ").refused("--reason", "empty");
    quarantine("add", "--run", RUN).refused("--reason");
    quarantine("lift", "q", why).refused("'q' is in no quarantine", "it is empty");
    Program.run("quarantine").refused("add, list, lift");
    String id = add();
    quarantine("lift", "q", why).refused("'q' is in no quarantine", id);
    quarantine("lift", id, why);
    quarantine("lift", id, why).refused(id + " was lifted before");
  }
}
