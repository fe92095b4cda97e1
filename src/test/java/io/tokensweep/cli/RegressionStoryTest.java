package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.store.ResultStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small repository and what its maintainer sees: a method becomes slower in the fourth commit,
 * one trial loses images in the seventh and gets them back in the ninth.
 */
@Timeout(300)
class RegressionStoryTest {
  private static final Path POLICY = Path.of("jobs/ci/gate.yaml").toAbsolutePath();
  private static final Path SCRIPT = Path.of("jobs/ci/regression.sh").toAbsolutePath();
  private static final int SLOWER = 4;
  private static final int WRONG = 7;

  @TempDir Path folder;
  private Path repository;
  private Path results;
  private Path program;
  private Path sweep;

  /** Of the ten, with an index from 1. */
  private final List<String> commits = new ArrayList<>(List.of(""));

  @BeforeEach
  void write() throws IOException {
    repository = Files.createDirectory(folder.resolve("code"));
    results = folder.resolve("results");
    program = StoryProgram.script(folder.resolve("tokensweep"));
    git("init", "--quiet", "-b", "main");
    Files.writeString(repository.resolve("sweep.yaml"), "name: story\n");
    sweep = repository.resolve("sweep.yaml");
    commit("the method", 0.05, 0);
    document("how to start");
    document("what it is for");
    commit("a helper for the method", 0.055, 0);
    document("a mistake in the text");
    commit("a name", 0.055, 0);
    commit("another order of tokens", 0.055, 10);
    document("only the documents");
    commit("the old order of tokens", 0.055, 0);
    document("the end");
  }

  private String git(String... words) throws IOException {
    return StoryProgram.git(repository, words);
  }

  private void commit(String message, double seconds, int lost) throws IOException {
    Files.writeString(
        repository.resolve("method.properties"),
        "seconds=%s%nlost=%d%n# %s%n".formatted(seconds, lost, message));
    record(message);
  }

  private void document(String message) throws IOException {
    Files.writeString(repository.resolve("README.md"), message);
    record(message);
  }

  private void record(String message) throws IOException {
    git("add", "-A");
    git("commit", "--quiet", "-m", message);
    commits.add(git("rev-parse", "HEAD"));
  }

  private Ended gate(int base, int head, Object... more) {
    return gate(POLICY, base, head, more);
  }

  private Ended gate(Path policy, int base, int head, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("gate", commits.get(base), commits.get(head), "--policy", policy, "--json"));
    words.addAll(List.of("--results", results, "--repository", repository));
    words.addAll(List.of(more));
    return Program.run(words.toArray());
  }

  private Ended bisect(int good, int bad, String build) {
    return bisect(good, bad, build, "");
  }

  private Ended bisect(int good, int bad, String build, String options) {
    return Program.run(
        "bisect",
        commits.get(good),
        commits.get(bad),
        "--sweep",
        sweep,
        "--repository",
        repository,
        "--build",
        build,
        "--run",
        program + " run" + options,
        "--results",
        folder.resolve("bisected"),
        "--json");
  }

  private void measureAll() throws IOException {
    for (int i = 1; i < commits.size(); i++) {
      git("checkout", "--quiet", commits.get(i));
      StoryProgram.measure(repository, results, false);
    }
    git("checkout", "--quiet", "main");
  }

  private String trial(String method, String rate) {
    return ResultStore.existing(results).trials("20260101T000000000Z-000010").stream()
        .filter(row -> row.configuration().method().equals(method))
        .filter(row -> row.configuration().keepRate().toString().contains(rate))
        .findFirst()
        .orElseThrow()
        .trialId();
  }

  @Test
  void theGateIsClosedExactlyWhereSomethingBecameWorse() throws IOException {
    measureAll();
    Set<Integer> closed = new HashSet<>();
    for (int head = 2; head < commits.size(); head++) {
      git("checkout", "--quiet", commits.get(head));
      Ended ended = gate(head - 1, head, "--confirm", program + " run " + sweep);
      ended.noStackTrace();
      if (ended.code() == 1) {
        closed.add(head);
      } else {
        assertEquals(0, ended.code(), ended.err());
      }
    }
    assertEquals(Set.of(SLOWER, WRONG), closed);
  }

  @Test
  void whatWasTimedClosesTheGateOnlyWhenFreshSessionsSayTheSame() throws IOException {
    measureAll();
    Ended elsewhere = gate(SLOWER - 1, SLOWER, "--confirm", "false");
    assertEquals(4, elsewhere.code(), elsewhere.err());
    assertTrue(elsewhere.err().contains("not at the head: check it out"), elsewhere.err());
    git("checkout", "--quiet", commits.get(SLOWER));
    Path junit = folder.resolve("unmeasured.xml");
    Ended mistyped = gate(SLOWER - 1, SLOWER, "--confirm", "false", "--junit", junit);
    assertEquals(4, mistyped.code(), mistyped.err());
    assertTrue(mistyped.err().contains("'false' ended with code 1 and left no"), mistyped.err());
    assertTrue(mistyped.err().contains("correct --confirm"), mistyped.err());
    assertTrue(mistyped.err().contains("gate closed: what was timed"), mistyped.err());
    assertTrue(Files.readString(junit).contains("errors=\"1\""));
    git("checkout", "--quiet", "main");
    Ended both = gate(SLOWER - 1, WRONG, "--confirm", "false");
    assertEquals(1, both.code(), "what is worse and was not timed stays a regression");
    git("checkout", "--quiet", commits.get(SLOWER));
    Ended alone = gate(SLOWER - 1, SLOWER);
    assertEquals(0, alone.code(), alone.err());
    assertTrue(alone.err().contains("unconfirmed: evit at keep rate 0.5"), alone.err());
    assertTrue(
        alone.err().contains("to confirm: ./jobs/local.sh run SWEEP --results"), alone.err());
    assertTrue(alone.err().contains("--fresh --sessions 10"), alone.err());

    Ended confirmed = gate(SLOWER - 1, SLOWER, "--confirm", program + " run " + sweep);
    assertEquals(1, confirmed.code(), confirmed.err());
    assertTrue(confirmed.err().contains("confirmed by 10 sessions"), confirmed.err());

    // fresh sessions that find the old speed
    Files.writeString(repository.resolve("method.properties"), "seconds=0.05\nlost=0\n");
    Ended refuted = gate(SLOWER - 1, SLOWER, "--confirm", program + " run " + sweep);
    assertEquals(0, refuted.code(), refuted.err());
    assertTrue(refuted.err().contains("not confirmed: evit"), refuted.err());
  }

  @Test
  void bisectNamesBothAndGoesOnFromWhatIsMeasured() throws IOException {
    String before = git("status", "--porcelain", "--branch");
    Ended ended = bisect(1, WRONG + 1, "test -f method.properties");
    assertEquals(1, ended.code(), ended.err());
    assertEquals(
        Map.of(
            "throughput", List.of(commits.get(SLOWER)),
            "latency", List.of(commits.get(SLOWER)),
            "top1", List.of(commits.get(WRONG)),
            "loss", List.of(commits.get(WRONG))),
        found(ended));
    assertTrue(ended.err().contains("another order of tokens"), ended.err());
    int measured = ended.json().get("measured").asInt();
    assertTrue(measured > 2 && measured < WRONG + 1, "some commits, not all: " + measured);

    Ended again = bisect(1, WRONG + 1, "false");
    assertEquals(found(ended), found(again));
    assertEquals(0, again.json().get("measured").asInt());

    assertEquals(before, git("status", "--porcelain", "--branch"));
    assertEquals(1, git("worktree", "list").lines().count());
    assertFalse(Files.exists(folder.resolve("code.bisect")));

    Ended fixed = bisect(1, 3, "true");
    assertEquals(0, fixed.code(), fixed.err());
    assertEquals(0, fixed.json().get("found").size());
  }

  @Test
  void commitsThatDoNotBuildAreSkippedAndTheAnswerIsARange() {
    Ended range = bisect(1, WRONG - 1, "test \"$(cat README.md)\" != 'what it is for'");
    assertEquals(1, range.code(), range.err());
    assertEquals(
        commits.subList(3, SLOWER + 2), found(range).get("throughput"), "the page stays till then");
    assertTrue(range.err().contains("what it is for: does not build (code 1)"), range.err());
  }

  /** Two sessions against two decide nothing, two against forty of the bad end do. */
  @Test
  void aCommitThatIsClearlyBetterThanTheBadEndIsGood() throws IOException {
    git("checkout", "--quiet", commits.get(SLOWER + 1));
    StoryProgram.measure(repository, folder.resolve("bisected"), false, 40, "0", List.of());
    git("checkout", "--quiet", "main");
    Ended ended = bisect(1, SLOWER + 1, "true", " --few");
    assertEquals(1, ended.code(), ended.err());
    assertEquals(commits.subList(SLOWER, SLOWER + 2), found(ended).get("throughput"));
  }

  @Test
  void bisectRefusesWhatIsNoWay() {
    bisect(3, 2, "true").refused("is not among the first parents of");
    bisect(2, 2, "true").refused("is not among the first parents of");
    bisect(1, 2, "false").refused(commits.get(1), "does not build");
  }

  private static Map<String, List<String>> found(Ended ended) {
    Map<String, List<String>> found = new TreeMap<>();
    for (JsonNode each : ended.json().get("found")) {
      List<String> commits = new ArrayList<>();
      each.get("commits").forEach(commit -> commits.add(commit.asText()));
      found.put(each.get("metric").asText(), commits);
    }
    return found;
  }

  /**
   * With ten commits, three of them ahead of the slower one, few orders are as extreme as the true
   * one, but more than one of a hundred, the usual alpha.
   */
  @Test
  void historyShowsAllStepsAndNoOthers() throws IOException {
    measureAll();
    Ended history =
        Program.run(
            "history",
            "--alpha",
            "0.05",
            "--permutations",
            "999",
            "--json",
            "--results",
            results,
            "--repository",
            repository);
    assertEquals(0, history.code(), history.err());
    Set<List<String>> steps = new HashSet<>();
    for (JsonNode step : history.json().get("steps")) {
      String after = step.get("after").asText();
      steps.add(
          List.of(
              step.get("metric").asText(),
              String.valueOf(commits.indexOf(after)),
              step.get("verdict").asText()));
      assertEquals(
          commits.indexOf(after) - 1, commits.indexOf(step.get("before").asText()), "no gap");
    }
    assertEquals(
        Set.of(
            List.of("throughput", String.valueOf(SLOWER), "worse"),
            List.of("latency", String.valueOf(SLOWER), "worse"),
            List.of("top1", String.valueOf(WRONG), "worse"),
            List.of("loss", String.valueOf(WRONG), "worse"),
            List.of("top1", String.valueOf(WRONG + 2), "better"),
            List.of("loss", String.valueOf(WRONG + 2), "better")),
        steps,
        history.err());
  }

  @Test
  void acceptingTurnsItGreenWithTheReasonEverywhere() throws IOException {
    measureAll();
    git("checkout", "--quiet", commits.get(WRONG));
    assertEquals(1, gate(WRONG - 1, WRONG).code());
    for (String metric : List.of("top1", "loss")) {
      Ended accepted =
          Program.run(
              "gate",
              "accept",
              "--trial",
              trial("evit", "0.7"),
              "--metric",
              metric,
              "--commit",
              commits.get(WRONG),
              "--reason",
              "the order of the paper",
              "--author",
              "Ada",
              "--results",
              results,
              "--repository",
              repository);
      assertEquals(0, accepted.code(), accepted.err());
    }
    Path markdown = folder.resolve("comment.md");
    Path junit = folder.resolve("junit.xml");
    Ended green = gate(WRONG - 1, WRONG, "--markdown", markdown, "--junit", junit);
    assertEquals(0, green.code(), green.err());
    String reason = "the order of the paper (Ada";
    assertTrue(green.err().contains("accepted: evit at keep rate 0.7: top1"), green.err());
    assertTrue(green.err().contains(reason), green.err());
    assertTrue(green.json().get("findings").toString().contains(reason), green.out());
    assertTrue(Files.readString(markdown).contains(reason));
    assertTrue(Files.readString(junit).contains("accepted: top1 is worse by"));
    assertTrue(Files.readString(junit).contains("failures=\"0\""));
    String run = "20260101T000000000Z-%06d".formatted(10 * WRONG);
    assertEquals(0, Program.run("report", run, "--results", results).code());
    assertTrue(Files.readString(results.resolve("reports/" + run + ".html")).contains(reason));

    assertEquals(0, gate(WRONG - 1, WRONG + 1).code(), "its level is the base of later commits");
    commit("yet another order", 0.055, 20);
    StoryProgram.measure(repository, results, true);
    Ended worse = gate(WRONG - 1, commits.size() - 1);
    assertEquals(1, worse.code(), worse.err());
    assertTrue(worse.err().contains("worse than what was accepted since"), worse.err());
  }

  @Test
  void exceptionsPassUntilTheyEndAndUnusedOnesAreNamed() throws IOException {
    measureAll();
    Path policy = folder.resolve("gate.yaml");
    String text =
        """
        metrics: {top1: {}, loss: {}, macs: {}}
        exceptions:
          - {trial: "evit*", metric: "*", until: 2999-12-31, reason: known}
          - {trial: "tome*", metric: top1, until: 2999-12-31, reason: other}
        """;
    Files.writeString(policy, text);
    Ended ended = gate(policy, WRONG - 1, WRONG);
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.err().contains("allowed: evit at keep rate 0.7"), ended.err());
    assertTrue(ended.err().contains("exception not needed: top1 of 'tome*'"), ended.err());
    Files.writeString(policy, text.replaceFirst("2999", "2020"));
    gate(policy, WRONG - 1, WRONG)
        .refused("gate.yaml:3:", "exceptions.0", "'evit*' ended on 2020-12-31 (known)");
    Files.writeString(policy, text.replace("macs:", "mac:"));
    gate(policy, WRONG - 1, WRONG).refused("gate.yaml:1:", "mac", "did you mean macs");
    Files.writeString(policy, text.replace("2999-12-31", "soon"));
    gate(policy, WRONG - 1, WRONG).refused("gate.yaml:3:", "soon", "a date such as");
    Files.writeString(policy, "metrics: {macs: {min_effect: -1}}\n");
    gate(policy, WRONG - 1, WRONG).refused("min_effect", "-1", "at least 0");
    Program.run("gate", "a", "--results", results).refused("only 'a'", "BASE and HEAD");
  }

  /** How a script of a build server ended. */
  private record Build(int code, String output) {
    /** Numbers of the commits whose trees were measured, in this order. */
    List<Integer> measured() {
      return output
          .lines()
          .filter(line -> line.startsWith("measured "))
          .map(line -> Integer.valueOf(line.substring("measured ".length())))
          .toList();
    }
  }

  private Build build(String... environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(SCRIPT.toString(), "sweep.yaml")
            .directory(repository.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("build.log").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("TOKENSWEEP", program.toString());
    builder.environment().put("POLICY", POLICY.toString());
    builder.environment().put("RESULTS", results.toString());
    builder.environment().put("OUT", folder.resolve("out").toString());
    for (int i = 0; i < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(200, TimeUnit.SECONDS));
      return new Build(
          process.exitValue(),
          Files.readString(folder.resolve("build.log"), StandardCharsets.UTF_8));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void theScriptOfTheBuildServersMeasuresBothAndFailsOnARegression() throws Exception {
    git("checkout", "--quiet", commits.get(SLOWER));
    Path kept = folder.resolve("kept");
    Build red = build("STORE_PUSH", "cp -r '%s' '%s'".formatted(results, kept));
    assertEquals(1, red.code(), red.output());
    String comment = Files.readString(folder.resolve("out/comment.md"));
    assertTrue(comment.startsWith("### TokenSweep gate closed"), comment);
    assertTrue(comment.contains("confirmed by 10 sessions"), comment);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/gate.json").toFile());
    assertEquals("regression", json.get("outcome").asText());
    assertTrue(Files.exists(folder.resolve("out/junit.xml")));
    assertEquals(1, git("worktree", "list").lines().count());
    assertEquals("", git("status", "--porcelain"));
    assertTrue(Files.isDirectory(kept.resolve("runs")), "the store was saved, red or not");

    git("checkout", "--quiet", commits.get(SLOWER + 1));
    Build green = build("BASE", commits.get(SLOWER));
    assertEquals(0, green.code(), green.output());
    assertEquals(List.of(SLOWER + 1), green.measured(), "the head alone");
    Build refused = build("BASE", "nowhere");
    assertEquals(2, refused.code(), refused.output());
    assertTrue(refused.output().contains("nowhere is no commit that is here"), refused.output());
  }

  /** What is broken is no regression: 1 is kept for these. */
  @Test
  void theScriptSaysWhatDoesNotWork() throws Exception {
    git("checkout", "--quiet", commits.get(SLOWER));
    Path kept = folder.resolve("kept");
    Build pull = build("STORE_PULL", "exit 9", "STORE_PUSH", "touch '%s'".formatted(kept));
    assertEquals(2, pull.code(), pull.output());
    assertTrue(pull.output().contains("STORE_PULL ended with code 9"), pull.output());
    assertFalse(Files.exists(kept), "half a store is not saved over the whole");
    Build broken = build("BUILD", "exit 7", "STORE_PUSH", "exit 6");
    assertEquals(2, broken.code(), broken.output());
    assertTrue(broken.output().contains("does not build: BUILD ended with code 7"));
    assertTrue(broken.output().contains("STORE_PUSH failed"), broken.output());
    Build runs = build("RUNS", "many");
    assertEquals(2, runs.code(), runs.output());
    assertTrue(runs.output().contains("RUNS: found 'many'"), runs.output());
    assertEquals(1, git("worktree", "list").lines().count());
  }

  @Test
  void theScriptMeasuresEachCommitAsOftenAsAskedAndPutsRecordsIntoTheStore() throws Exception {
    git("checkout", "--quiet", commits.get(2));
    Path records = Files.createDirectories(folder.resolve("records/accepted"));
    Files.writeString(
        records.resolve("one.json"),
        """
        {"id": "one", "trial_id": "t", "metric": "top1", "commit": "%s", "reason": "so it is",
         "author": "Ada", "time": "2026-01-01T00:00:00Z"}
        """
            .formatted(commits.get(1)));
    Build build = build("RUNS", "2", "RECORDS", folder.resolve("records").toString());
    assertEquals(0, build.code(), build.output());
    assertEquals(List.of(1, 2, 1, 2), build.measured(), "in turn");
    assertTrue(Files.exists(results.resolve("accepted/one.json")));

    git("checkout", "--quiet", commits.get(3));
    Build beside = build("BESIDE", "yes");
    assertEquals(0, beside.code(), beside.output());
    assertEquals(List.of(2, 3), beside.measured(), "the base again");

    git("checkout", "--quiet", commits.get(SLOWER));
    Build slower = build("RUNS", "2");
    assertEquals(1, slower.code(), slower.output());
    assertTrue(
        slower.output().contains("gate: 20 sessions of what was timed"), "as many as the head");
  }
}
