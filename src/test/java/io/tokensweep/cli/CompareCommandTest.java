package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.store.SyntheticRun;
import io.tokensweep.store.SyntheticRun.Trial;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntPredicate;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class CompareCommandTest {
  private static final String OLD = "a".repeat(40);
  private static final String NEW = "b".repeat(40);

  @TempDir Path results;

  private static boolean right(int image) {
    return image % 4 != 0;
  }

  /** Ten sessions with a spread of one percent around a time. */
  private static double[] sessions(double seconds, long seed) {
    Random random = new Random(seed);
    double[] times = new double[10];
    Arrays.setAll(times, i -> seconds * Math.exp(0.01 * random.nextGaussian()));
    return times;
  }

  private static SyntheticRun base() {
    return SyntheticRun.of(
        "20260101T000000000Z-000001",
        OLD,
        sessions(0.1, 1),
        Trial.none(CompareCommandTest::right),
        Trial.evit(0.7, CompareCommandTest::right, sessions(0.07, 2)),
        Trial.evit(0.5, CompareCommandTest::right, sessions(0.05, 3)));
  }

  private static SyntheticRun head(Trial... trials) {
    return SyntheticRun.of("20260102T000000000Z-000002", NEW, sessions(0.1, 4), trials);
  }

  private Ended compare(SyntheticRun head, Object... more) {
    base().publish(results);
    head.publish(results);
    Object[] arguments = {"compare", OLD.substring(0, 8), NEW.substring(0, 8), "--json"};
    Object[] all = Arrays.copyOf(arguments, arguments.length + 2 + more.length);
    all[4] = "--results";
    all[5] = results;
    System.arraycopy(more, 0, all, 6, more.length);
    return Program.run(all);
  }

  private static Trial same(double rate, long seed) {
    return Trial.evit(rate, CompareCommandTest::right, sessions(rate / 10, seed));
  }

  private static JsonNode change(JsonNode json, int trial, String metric) {
    for (JsonNode change : json.get("trials").get(trial).get("changes")) {
      if (change.get("metric").asText().equals(metric)) {
        return change;
      }
    }
    throw new AssertionError(metric + " is not in " + json);
  }

  private static String verdict(Ended ended, int trial, String metric) {
    return change(ended.json(), trial, metric).get("verdict").asText();
  }

  @Test
  void equalCodeIsClear() throws Exception {
    Path markdown = results.resolve("same.md");
    Path page = results.resolve("same.html");
    Ended ended =
        compare(
            head(Trial.none(CompareCommandTest::right), same(0.7, 5), same(0.5, 6)),
            "--markdown",
            markdown,
            "--html",
            page,
            "--same-within",
            "throughput=3.5");
    assertEquals(0, ended.code(), ended.err());
    assertEquals("clear", ended.json().get("outcome").asText());
    for (String metric : new String[] {"params", "macs", "top1", "top5", "loss", "diversity"}) {
      assertEquals("identical", verdict(ended, 1, metric), metric);
    }
    assertEquals("same", verdict(ended, 1, "throughput"));
    String same = "throughput same within 3.5 % in 2 trials";
    assertTrue(ended.err().contains(same), ended.err());
    assertTrue(Files.readString(markdown).contains(same));
    assertTrue(Files.readString(page).contains("class=\"verdict same\">same within 3.5 %<"));
    assertFalse(Files.readString(page).contains("identical within"));
    assertEquals("undecided", verdict(ended, 0, "throughput"), "one run is one value");
    assertEquals(1, change(ended.json(), 0, "throughput").get("runs").asInt());
    assertEquals(10, change(ended.json(), 1, "throughput").get("sessions").asInt());
  }

  @Test
  void slowerIsARegression() {
    Ended ended =
        compare(
            head(
                Trial.none(CompareCommandTest::right),
                Trial.evit(0.7, CompareCommandTest::right, sessions(0.07 * 1.06, 5)),
                same(0.5, 6)));
    assertEquals(1, ended.code());
    assertEquals("worse", verdict(ended, 1, "throughput"));
    // three standard errors: ten ratios a side, of two times with a spread of one percent each
    double error = 3 * 1.41 * Math.sqrt(2.0 / 10);
    assertEquals(-5.7, change(ended.json(), 1, "throughput").get("change").asDouble(), error);
    assertEquals("same", verdict(ended, 2, "throughput"));
    assertTrue(ended.err().contains("slower"), ended.err());
  }

  /** Ratios to the unreduced network would hide it, and one run of each could be the machine. */
  @Test
  void slowerAltogetherIsARegressionOfTheUnreducedNetworkInSeveralRuns() {
    Ended one = compare(altogether(2, NEW, 1.06));
    assertEquals(0, one.code());
    assertEquals("undecided", verdict(one, 0, "throughput"));
    assertTrue(one.err().contains("1 of"), one.err());
    for (int i = 3; i < 10; i++) {
      altogether(i, OLD, 1).publish(results);
      altogether(20 + i, NEW, 1.06).publish(results);
    }
    Ended ended = Program.run("compare", OLD, NEW, "--json", "--results", results);
    assertEquals(1, ended.code());
    assertEquals("worse", verdict(ended, 0, "throughput"));
    assertEquals(8, change(ended.json(), 0, "throughput").get("runs").asInt());
    assertEquals("same", verdict(ended, 1, "throughput"));
  }

  private static SyntheticRun altogether(int number, String commit, double slower) {
    return SyntheticRun.of(
        "20260103T000000000Z-%06d".formatted(number),
        commit,
        sessions(0.1 * slower, 7L * number),
        Trial.none(CompareCommandTest::right),
        Trial.evit(0.7, CompareCommandTest::right, sessions(0.07 * slower, 7L * number + 1)),
        Trial.evit(0.5, CompareCommandTest::right, sessions(0.05 * slower, 7L * number + 2)));
  }

  @Test
  void lostImagesAreARegressionWithTheExactProbability() {
    IntPredicate fewer = image -> image % 4 != 0 && image % 10 != 1;
    Ended ended =
        compare(
            head(
                Trial.none(CompareCommandTest::right),
                Trial.evit(0.7, fewer, sessions(0.07, 5)),
                same(0.5, 6)));
    assertEquals(1, ended.code());
    JsonNode top1 = change(ended.json(), 1, "top1");
    assertEquals("worse", top1.get("verdict").asText());
    assertEquals(75, top1.get("base").asDouble());
    assertEquals(65, top1.get("head").asDouble());
    assertEquals(-10, top1.get("change").asDouble(), 1e-12);
    assertEquals(2 / 1024.0, top1.get("p").asDouble(), 1e-15, "ten lost, none gained");
    JsonNode predictions = ended.json().get("trials").get(1).get("predictions");
    assertEquals(10, predictions.get("changed").asInt());
    assertEquals(10, predictions.get("lost").asInt());
    assertEquals("identical", verdict(ended, 1, "top5"), "the right class is second now");
    assertEquals("worse", verdict(ended, 1, "loss"));
  }

  @Test
  void oneMoreTokenIsARegression() {
    Ended ended =
        compare(
            head(Trial.none(CompareCommandTest::right), same(0.7, 5).withMacs(701), same(0.5, 6)));
    assertEquals(1, ended.code());
    assertEquals("worse", verdict(ended, 1, "macs"));
    JsonNode tokens = ended.json().get("trials").get(1).get("tokens");
    assertEquals(1, tokens.get("block").asInt());
    assertEquals(700, tokens.get("base").asDouble());
    assertEquals(701, tokens.get("head").asDouble());
    assertTrue(ended.err().contains("that others leave is 1, 700 → 701"), ended.err());
    assertFalse(ended.json().get("trials").get(2).has("tokens"), "equal");
    assertEquals(100.0 / 700, change(ended.json(), 1, "macs").get("change").asDouble(), 1e-9);
  }

  @Test
  void moreMemoryIsFoundInTheSessionsOfARun() {
    Trial leaking = same(0.7, 5).withMemory(128 << 20);
    Ended ended = compare(head(Trial.none(CompareCommandTest::right), leaking, same(0.5, 6)));
    assertEquals(1, ended.code(), ended.err());
    assertEquals("same", verdict(ended, 0, "memory"));
    assertEquals("worse", verdict(ended, 1, "memory"));
    assertEquals(100, change(ended.json(), 1, "memory").get("change").asDouble(), 1e-9);
    assertEquals("same", verdict(ended, 2, "memory"));
  }

  private static SyntheticRun whole(int number, String commit) {
    return SyntheticRun.of(
        "20260103T000000000Z-%06d".formatted(number),
        commit,
        sessions(0.1, number),
        Trial.none(CompareCommandTest::right),
        same(0.7, 10L * number),
        same(0.5, 10L * number + 1));
  }

  /** Another speed of a trial that was timed without the others. */
  private static SyntheticRun chosen(int number, String commit) {
    return SyntheticRun.of(
        "20260104T000000000Z-%06d".formatted(number),
        commit,
        sessions(0.1, number),
        Trial.none(CompareCommandTest::right),
        Trial.evit(0.7, CompareCommandTest::right, sessions(0.09, number)));
  }

  @Test
  void whatWasTimedWithoutTheOthersIsNotPooledWithWhatWasTimedWithThem() {
    chosen(1, NEW).publish(results);
    Ended ended = compare(whole(2, NEW));
    assertEquals(0, ended.code(), ended.err());
    assertEquals("same", verdict(ended, 1, "throughput"));
    assertEquals(10, change(ended.json(), 1, "throughput").get("sessions").asInt());
    assertFalse(ended.err().contains("timed together"), ended.err());
  }

  @Test
  void thatNothingWasTimedWithTheSameOthersIsSaid() {
    Ended ended = compare(chosen(1, NEW));
    assertEquals("worse", verdict(ended, 1, "throughput"));
    assertTrue(
        ended.err().contains("2 of the compared trials were timed together with other trials than"),
        ended.err());
  }

  /** It was timed all the same, and kept the code warm. */
  @Test
  void aTrialInQuarantineLeavesTheOthersOfItsRunWhereTheyWere() {
    whole(1, OLD).publish(results);
    SyntheticRun second = whole(2, NEW);
    second.publish(results);
    Object[] add = {
      "quarantine",
      "add",
      "--run",
      "20260103T000000000Z-000002",
      "--trial",
      second.id(same(0.5, 1)),
      "--reason",
      "a hot node",
      "--results",
      results
    };
    assertEquals(0, Program.run(add).code());
    Ended ended = compare(whole(3, NEW));
    assertEquals(0, ended.code(), ended.err());
    assertEquals(20, change(ended.json(), 1, "throughput").get("sessions").asInt());
    assertEquals(10, change(ended.json(), 2, "throughput").get("sessions").asInt());
    assertFalse(ended.err().contains("timed together"), ended.err());
  }

  @Test
  void severalRunsOfACommitAreASideOfTheirOwn() {
    base().publish(results);
    for (int i = 1; i < 4; i++) {
      whole(i, i == 1 ? OLD : NEW).publish(results);
    }
    String first = "20260103T000000000Z-000001";
    String ids = "20260103T000000000Z-000002,20260103T000000000Z-000003";
    Ended ended = Program.run("compare", first, ids, "--json", "--results", results);
    assertEquals(0, ended.code(), ended.err());
    assertEquals(2, ended.json().get("head").get("runs").size());
    assertEquals(NEW, ended.json().get("head").get("commit").asText());
    Program.run("compare", first, ids + ",x", "--results", results)
        .refused("'x' is no run of the store");
    Program.run("compare", first, ids + "," + first, "--results", results)
        .refused("allowed are runs of one commit");
  }

  @Test
  void memoryThatOneSideDoesNotTellIsNotCompared() {
    Ended ended =
        compare(
            head(Trial.none(CompareCommandTest::right), same(0.7, 5).withMemory(0), same(0.5, 6)));
    assertEquals(0, ended.code(), ended.err());
    assertTrue(
        ended
            .err()
            .contains("keep rate 0.7: memory was not measured in the sessions of both sides"),
        ended.err());
  }

  @Test
  void brokenTrialsAreARegressionAndStandInJunit() throws Exception {
    Path junit = results.resolve("junit.xml");
    Path markdown = results.resolve("comment.md");
    Ended ended =
        compare(
            head(
                Trial.none(CompareCommandTest::right),
                same(0.7, 5).failed(),
                same(0.5, 6).withMacs(600)),
            "--junit",
            junit,
            "--markdown",
            markdown);
    assertEquals(1, ended.code());
    assertEquals("failed", ended.json().get("broken").get(0).get("head").asText());
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(junit.toFile())
            .getDocumentElement();
    assertEquals("3", suite.getAttribute("tests"));
    assertEquals("1", suite.getAttribute("failures"));
    assertEquals("1", suite.getAttribute("errors"));
    assertEquals(3, suite.getElementsByTagName("testcase").getLength());
    assertTrue(
        ((Element) suite.getElementsByTagName("failure").item(0))
            .getAttribute("message")
            .contains("macs is worse by 20.00 %"));
    String comment = Files.readString(markdown);
    assertTrue(comment.startsWith("### TokenSweep: regression"), comment);
    assertTrue(comment.contains("broken: "), comment);
  }

  /** As measured: 0.5 is alone on the front of the base, 0.7 is above it on that of the head. */
  @Test
  void frontsAreComparedPairedByImage() throws Exception {
    Path markdown = results.resolve("front.md");
    IntPredicate fewer = image -> image % 4 != 0 && image % 10 != 1;
    Ended ended =
        compare(
            head(
                Trial.none(CompareCommandTest::right),
                same(0.7, 5),
                Trial.evit(0.5, fewer, sessions(0.05, 6))),
            "--markdown",
            markdown);
    JsonNode front = ended.json().get("fronts").get(0);
    assertEquals(1, front.get("joined").size());
    assertTrue(front.get("joined").get(0).get("name").asText().contains("0.7"));
    assertEquals(0, front.get("joined").get(0).get("probability_base").asDouble());
    assertEquals(0, front.get("left").size());
    assertEquals(1, front.get("stayed").asInt());
    JsonNode volume = front.get("hypervolume");
    assertEquals(0.5 * 0.75, volume.get("base").asDouble(), 1e-12);
    assertEquals(0.2 * 0.65 + 0.3 * 0.75, volume.get("head").asDouble(), 1e-12);
    assertEquals(-0.02, volume.get("change").asDouble(), 1e-12);
    assertTrue(
        volume.get("low").asDouble() < -0.02 && volume.get("high").asDouble() < 0, ended.out());
    assertTrue(ended.err().contains("joined: evit"), ended.err());
    assertTrue(Files.readString(markdown).contains("hypervolume 37.50 → 35.50 %"));
  }

  /** What is far behind moves nothing, on any draw: both sides draw the same images. */
  @Test
  void aFrontThatStaysHasNoIntervalWhateverTheImages() {
    IntPredicate fewer = image -> image % 4 != 0 && image % 10 != 1;
    Ended ended = compare(head(Trial.none(fewer), same(0.7, 5), same(0.5, 6)));
    JsonNode front = ended.json().get("fronts").get(0);
    assertEquals(0, front.get("joined").size() + front.get("left").size());
    assertEquals(0, front.get("hypervolume").get("low").asDouble());
    assertEquals(0, front.get("hypervolume").get("high").asDouble());
    Ended same = compare(head(Trial.none(CompareCommandTest::right), same(0.7, 5), same(0.5, 6)));
    assertEquals(0, same.json().get("fronts").size(), "nothing changed");
  }

  @Test
  void thePageSaysAllAndEscapesWhatIsHostile() throws Exception {
    String hostile = "<script>alert(1)</script>\"'&\u202e";
    Path page = results.resolve("compare.html");
    IntPredicate fewer = image -> image % 4 != 0 && image % 10 != 1;
    base().publish(results);
    SyntheticRun.of(
            "20260102T000000000Z-000002",
            NEW,
            sessions(0.1, 4),
            Trial.none(CompareCommandTest::right).failed(),
            Trial.evit(0.7, fewer, sessions(0.07 * 1.06, 5)),
            same(0.9, 6))
        .branch(hostile)
        .publish(results);
    Ended ended =
        Program.run("compare", OLD, "latest on " + hostile, "--results", results, "--html", page);
    assertEquals(1, ended.code(), ended.err());
    String html = Files.readString(page);
    assertFalse(html.contains("<script"), html);
    assertFalse(html.contains("\u202e"));
    assertFalse(html.contains("{{"));
    for (String word :
        new String[] {
          "&lt;script&gt;alert(1)",
          "class=\"outcome regression\"",
          "class=\"verdict worse\">slower<",
          "class=\"interval\"",
          "it could not be run",
          "Only on the head",
          "No more on the head",
          "Front of accuracy against MACs"
        }) {
      assertTrue(html.contains(word), word);
    }
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(html.replace("<!DOCTYPE html>", ""))));
    assertEquals(0, document.getElementsByTagName("script").getLength());
    Program.run("compare", OLD, NEW, "--results", results, "--html", results)
        .refused("--html", "cannot be written");
  }

  @Test
  void otherDataMachinesAndBatchesAreRefusedByName() {
    Ended data =
        compare(
            head(Trial.none(CompareCommandTest::right), same(0.7, 5), same(0.5, 6))
                .data("e".repeat(64)));
    assertEquals(4, data.code());
    assertTrue(data.err().contains("different data set"), data.err());
    assertEquals(3, data.json().get("incomparable").size());
    assertEquals(0, data.json().get("appeared").size());
    Ended machine =
        compare(
            head(Trial.none(CompareCommandTest::right), same(0.7, 5), same(0.5, 6))
                .machine("other"));
    assertEquals(4, machine.code());
    assertTrue(machine.err().contains("machine class 'machine' and 'other'"), machine.err());
    Ended batch =
        compare(
            head(Trial.none(CompareCommandTest::right), same(0.7, 5), same(0.5, 6)).batchSize(20));
    assertEquals(4, batch.code(), "parameters are equal, and nothing was measured alike");
    assertTrue(batch.err().contains("batch size 10 and 20"), batch.err());
    assertTrue(batch.err().contains("batch size and threads were 10 and 1, 20 and 1"), batch.err());
  }

  @Test
  void onlyMetricsThatAreAskedForAreASuccess() {
    base().publish(results);
    SyntheticRun.of(
            "20260102T000000000Z-000002", NEW, new double[0], Trial.none(CompareCommandTest::right))
        .publish(results);
    assertEquals(0, only("top1").code());
    assertEquals(0, only("params").code());
    assertEquals(4, only("throughput").code(), "it was not timed on the head");
    assertEquals(4, only("throughput,params").code());
  }

  private Ended only(String metrics) {
    return Program.run("compare", OLD, NEW, "--results", results, "--metrics", metrics);
  }

  @Test
  void trialsComeAndGo() {
    Ended ended = compare(head(Trial.none(CompareCommandTest::right), same(0.9, 5), same(0.5, 6)));
    assertEquals(1, ended.json().get("appeared").size());
    assertEquals(1, ended.json().get("disappeared").size());
    assertEquals(0, ended.code());
  }

  @Test
  void aNewTrialThatFailsIsNoSuccess() throws Exception {
    Path junit = results.resolve("new.xml");
    Path page = results.resolve("new.html");
    Ended ended =
        compare(
            head(Trial.none(CompareCommandTest::right), same(0.9, 5).failed()),
            "--junit",
            junit,
            "--html",
            page);
    assertEquals(3, ended.code(), ended.err());
    assertEquals("failed", ended.json().get("outcome").asText());
    assertEquals(0, ended.json().get("appeared").size());
    JsonNode failing = ended.json().get("failing").get(0);
    assertEquals("absent", failing.get("base").asText());
    assertEquals("it could not be run", failing.get("error").asText());
    assertTrue(ended.err().contains("failed and only on the head: evit at"), ended.err());
    assertTrue(ended.err().contains("but 1 trial of the head failed"), ended.err());
    assertTrue(Files.readString(junit).contains("errors=\"1\""));
    assertTrue(Files.readString(page).contains("Failed, and only on the head"));
  }

  @Test
  void runsOfOneCommitShowTheirNoise() {
    base().publish(results);
    SyntheticRun.of(
            "20260101T000000000Z-000009",
            OLD,
            sessions(0.1, 9),
            Trial.none(CompareCommandTest::right),
            Trial.evit(0.7, image -> image % 4 != 0 || image == 0, sessions(0.07, 9)))
        .publish(results);
    Ended ended = compare(head(Trial.none(CompareCommandTest::right), same(0.7, 5), same(0.5, 6)));
    assertEquals(1, ended.json().get("noise").get("changed").asInt());
    assertEquals(200, ended.json().get("noise").get("images").asInt());
    assertEquals(10, change(ended.json(), 1, "throughput").get("sessions").asInt());
  }

  @Test
  void sidesAreFoundOrRefused() {
    base().publish(results);
    head(Trial.none(CompareCommandTest::right)).branch("topic").publish(results);
    SyntheticRun.of(
            "20260104T000000000Z-000004",
            "c".repeat(40),
            sessions(1, 1),
            Trial.none(CompareCommandTest::right))
        .changedCode()
        .publish(results);
    assertEquals(0, sides("latest on main", "latest on topic").code());
    assertEquals(0, sides("20260101T000000000Z-000001", NEW).code());
    sides("latest on nowhere", NEW).refused("no run of unchanged code", "nowhere", "main, topic");
    sides("cccccccc", NEW).refused("differed from the commit", "20260104T000000000Z-000004");
    sides("ddddddd", NEW).refused("'ddddddd' is no run id", "main, topic");
    sides(OLD, OLD).refused("have run", "in common");
    sides("--help", NEW);
    assertFalse(sides("latest", OLD).err().contains("\tat "));
  }

  private Ended sides(String base, String head) {
    return Program.run("compare", base, head, "--results", results);
  }

  @Test
  void optionsHaveBounds() {
    base().publish(results);
    Program.run("compare", "a", "b", "--results", results, "--alpha", "0.7")
        .refused("--alpha", "0.7", "below 0.5");
    Program.run("compare", "a", "b", "--results", results, "--min-effect", "speed=2")
        .refused("--min-effect", "'speed'", "throughput");
    Program.run("compare", "a", "b", "--results", results, "--metrics", "top2")
        .refused("--metrics", "'top2'", "top1");
    Program.run("compare", "a", "b", "--results", results, "--metrics", "diversity")
        .refused("--metrics", "'diversity'", "never worse");
    Program.run("compare", "a", "b", "--results", results, "--same-within", "top1=-1")
        .refused("--same-within", "-1");
  }
}
