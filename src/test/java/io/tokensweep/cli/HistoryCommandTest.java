package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.store.SyntheticRun;
import io.tokensweep.store.SyntheticRun.Trial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandTest {
  private static final String HOSTILE = "</script><img src=x onerror=document.title='owned'>\u202e";

  @TempDir Path folder;
  private Path results;
  private GitStory story;
  private int runs;

  @BeforeEach
  void init() throws Exception {
    results = folder.resolve("results");
    Files.createDirectories(results.resolve("runs"));
    Files.createDirectories(folder.resolve("code"));
    story = new GitStory(folder.resolve("code"));
  }

  private static boolean right(int image) {
    return image % 4 != 0;
  }

  private static boolean fewerRight(int image) {
    return image % 4 != 0 && image != 1;
  }

  private static double[] sessions(double seconds, long seed) {
    Random random = new Random(seed);
    double[] times = new double[5];
    Arrays.setAll(times, i -> seconds * Math.exp(0.01 * random.nextGaussian()));
    return times;
  }

  private String id() {
    return "20260101T%09dZ-000000".formatted(++runs);
  }

  private SyntheticRun run(String commit, double seconds, IntPredicate right) {
    String id = id();
    return SyntheticRun.of(
        id,
        commit,
        sessions(0.1, 2L * runs),
        Trial.none(HistoryCommandTest::right),
        Trial.evit(0.7, right, sessions(seconds, 2L * runs + 1)));
  }

  /** Twelve quick ones, then twelve of a slower method; one of the first breaks an image. */
  private List<String> twoSteps() {
    List<String> commits = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      commits.add(story.commit(i == 15 ? HOSTILE : "change " + i));
      run(
              commits.get(i),
              i < 12 ? 0.05 : 0.055,
              i < 6 ? HistoryCommandTest::right : HistoryCommandTest::fewerRight)
          .publish(results);
    }
    return commits;
  }

  private Ended history(Object... more) {
    Object[] arguments = {
      "history", "--results", results, "--repository", story.folder(), "--json"
    };
    Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Program.run(all);
  }

  private static List<JsonNode> steps(Ended ended, String metric) {
    List<JsonNode> steps = new ArrayList<>();
    for (JsonNode step : ended.json().get("steps")) {
      if (step.get("metric").asText().equals(metric)) {
        steps.add(step);
      }
    }
    return steps;
  }

  @Test
  void stepsAreNamedByTheirCommits() {
    List<String> commits = twoSteps();
    Ended ended = history();
    assertEquals(0, ended.code(), ended.err());
    List<JsonNode> slower = steps(ended, "throughput");
    assertEquals(1, slower.size(), ended.err());
    assertEquals(commits.get(11), slower.get(0).get("before").asText());
    assertEquals(commits.get(12), slower.get(0).get("after").asText());
    assertEquals("worse", slower.get(0).get("verdict").asText());
    // four standard errors: medians of twelve commits a side, of ratios with a spread of 1.4 %
    // over the root of five sessions, medians being 1.25 times as far off as means
    double error = 4 * 1.25 * 1.25 * 1.41 / Math.sqrt(5) * Math.sqrt(2.0 / 12);
    assertEquals(-9.1, slower.get(0).get("change").asDouble(), error);
    assertFalse(slower.get(0).get("exact").asBoolean());
    List<JsonNode> lost = steps(ended, "top1");
    assertEquals(1, lost.size());
    assertEquals(commits.get(6), lost.get(0).get("after").asText());
    assertTrue(lost.get(0).get("exact").asBoolean());
    assertEquals(-1, lost.get(0).get("change").asDouble(), 1e-12);
    assertTrue(steps(ended, "macs").isEmpty());
    assertFalse(ended.json().get("symmetry").get("suspect").asBoolean());
    assertEquals("first_parents", ended.json().get("order").asText());
    assertTrue(ended.err().contains("slower"), ended.err());
  }

  /** Such sessions are less warm, which is no step of the code. */
  @Test
  void ofACommitWhatWasTimedWithMostTrialsCounts() {
    for (int i = 0; i < 24; i++) {
      String commit = story.commit("change " + i);
      SyntheticRun.of(
              id(),
              commit,
              sessions(0.1, 100L + i),
              Trial.none(HistoryCommandTest::right),
              Trial.evit(0.7, HistoryCommandTest::right, sessions(0.05, 200L + i)),
              Trial.evit(0.5, HistoryCommandTest::right, sessions(0.04, 300L + i)))
          .publish(results);
      if (i >= 12) {
        run(commit, 0.06, HistoryCommandTest::right).publish(results);
      }
    }
    Ended ended = history("--metric", "throughput");
    assertEquals(0, ended.code(), ended.err());
    assertTrue(steps(ended, "throughput").isEmpty(), ended.err());
  }

  @Test
  void twiceTheSame() {
    twoSteps();
    assertEquals(history().out(), history().out());
  }

  @Test
  void commitsThatWereNotMeasuredAreAGap() {
    for (int i = 0; i < 12; i++) {
      run(story.commit("quick"), 0.05, HistoryCommandTest::right).publish(results);
    }
    String first = story.commit("not measured");
    String second = story.commit("neither");
    for (int i = 0; i < 12; i++) {
      run(story.commit("slow"), 0.06, HistoryCommandTest::right).publish(results);
    }
    JsonNode step = steps(history(), "throughput").get(0);
    assertEquals(2, step.get("between").size());
    assertEquals(first, step.get("between").get(0).asText());
    assertEquals(second, step.get("between").get(1).asText());
  }

  @Test
  void mergesAndChangedCodeAreMarkedAndTheLatterIsInNoTest() throws Exception {
    List<String> commits = twoSteps();
    story.git("checkout", "-q", "-b", "side");
    String side = story.commit("on the side");
    story.git("checkout", "-q", "main");
    story.git("merge", "-q", "--no-ff", "-m", "the merge", "side");
    String merge = story.git("rev-parse", "HEAD").strip();
    run(merge, 0.055, HistoryCommandTest::fewerRight).publish(results);
    run(side, 0.055, HistoryCommandTest::fewerRight).publish(results);
    run(commits.get(20), 0.5, HistoryCommandTest::right).changedCode().publish(results);
    run("c".repeat(40), 0.5, HistoryCommandTest::right).publish(results);
    Path csv = folder.resolve("points.csv");
    Ended ended = history("--csv", csv);
    assertEquals(1, steps(ended, "top1").size(), "the run of changed code is in no step");
    List<String> dirty =
        Files.readAllLines(csv).stream().filter(line -> line.contains(",true,1,")).toList();
    assertFalse(dirty.isEmpty());
    assertTrue(dirty.stream().allMatch(line -> line.contains(commits.get(20))));
    assertTrue(
        Files.readAllLines(csv).stream()
            .filter(line -> line.contains(merge))
            .allMatch(line -> line.contains(",true,false,")));
    JsonNode strays = ended.json().get("left_out");
    assertEquals(2, strays.size());
    assertTrue(strays.toString().contains("not among the first parents of 'HEAD'"));
    assertTrue(strays.toString().contains("not in the repository"));
    assertTrue(ended.err().contains("cccccccccccc (1 run) is not in the repository"), ended.err());
  }

  @Test
  void withoutTheRepositoryTheOrderIsThatOfTimeAndSaysSo() {
    List<String> commits = twoSteps();
    Ended ended = Program.run("history", "--results", results, "--json");
    assertEquals(0, ended.code(), ended.err());
    assertEquals("time", ended.json().get("order").asText());
    assertTrue(ended.err().contains("the order is that of commit times"), ended.err());
    assertEquals(commits.get(6), steps(ended, "top1").get(0).get("after").asText());
  }

  @Test
  void filtersChoose() {
    List<String> commits = twoSteps();
    assertEquals(1, history("--metric", "top1", "--trial", "evit").json().get("series").asInt());
    Ended since = history("--since", commits.get(8), "--metric", "top1,throughput");
    assertEquals(16, since.json().get("measured").asInt());
    assertTrue(steps(since, "top1").isEmpty(), "it was before");
    assertEquals(24, history("--since", "2026-01-01").json().get("measured").asInt());
    Ended later = history("--since", "2027-01-01");
    assertEquals(4, later.code());
    history("--since", "nowhere").refused("--since", "nowhere", "2026-01-31");
    history("--trial", "tome").refused("--trial", "tome", "evit, none");
    history("--metric", "speed").refused("--metric", "speed", "throughput");
    history("--alpha", "0.001").refused("permutations", "999");
    Program.run("history", "--results", results, "--repository", folder)
        .refused("--repository", "Git repository");
  }

  @Test
  void smallStepsCanBeLeftOut() {
    twoSteps();
    Ended ended = history("--min-effect", "throughput=15", "--min-effect", "top1=2");
    assertTrue(steps(ended, "throughput").isEmpty());
    assertTrue(steps(ended, "top1").isEmpty());
  }

  @Test
  void aTrialThatBeginsToFailIsBroken() {
    String good = story.commit("good");
    run(good, 0.05, HistoryCommandTest::right).publish(results);
    String bad = story.commit("bad");
    SyntheticRun.of(
            id(),
            bad,
            sessions(0.1, 1),
            Trial.none(HistoryCommandTest::right),
            Trial.evit(0.7, HistoryCommandTest::right).failed())
        .publish(results);
    Ended ended = history();
    JsonNode breaks = ended.json().get("breaks");
    assertEquals(1, breaks.size());
    assertEquals(good, breaks.get(0).get("before").asText());
    assertEquals(bad, breaks.get(0).get("after").asText());
    assertTrue(ended.err().contains("broken: evit"), ended.err());
    assertTrue(ended.err().contains("too few commits"), ended.err());
  }

  @Test
  void nothingMeasuredIsNoSuccess() {
    story.commit("only");
    Ended ended = history();
    assertEquals(4, ended.code());
    assertTrue(ended.err().contains("nothing was measured"), ended.err());
  }

  @Test
  void thePageHoldsHostileTextAsText() throws Exception {
    twoSteps();
    Path page = folder.resolve("history.html");
    Ended ended = history("--html", page);
    assertEquals(0, ended.code(), ended.err());
    String html = Files.readString(page);
    assertFalse(html.contains("<img src=x"));
    assertFalse(html.contains("\u202e"));
    assertTrue(html.contains("slower"), "steps are there without scripts");
    assertEquals(3, html.split("</script>", -1).length - 1);
  }
}
