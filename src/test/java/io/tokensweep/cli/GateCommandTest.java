package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.store.SyntheticRun;
import io.tokensweep.store.SyntheticRun.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateCommandTest {
  private static final String OLD = "a".repeat(40);
  private static final String NEW = "b".repeat(40);
  private static final Trial NONE = Trial.none(image -> true);
  private static final Trial HALF = Trial.evit(0.5, image -> image % 2 == 0, 0.05, 0.05);

  @TempDir Path results;

  private static SyntheticRun run(int number, String commit, Trial... trials) {
    return SyntheticRun.of(
        "20260101T000000000Z-%06d".formatted(number), commit, new double[] {0.1, 0.1}, trials);
  }

  private Ended gate(Object... more) {
    List<Object> words = new ArrayList<>(List.of("gate"));
    words.addAll(List.of(more));
    words.addAll(List.of("--results", results));
    return Program.run(words.toArray());
  }

  @Test
  void aTrialThatEndsWellNoMoreClosesTheGateUntilThatIsAccepted() throws Exception {
    SyntheticRun base = run(1, OLD, NONE, HALF);
    base.publish(results);
    run(2, NEW, NONE, HALF.failed()).publish(results);
    Path junit = results.resolve("junit.xml");
    Ended red = gate(OLD, NEW, "--json", "--junit", junit);
    assertEquals(1, red.code(), red.err());
    assertEquals("status", red.json().get("findings").get(0).get("metric").asText());
    assertTrue(red.err().contains("it could not be run"), red.err());
    assertTrue(Files.readString(junit).contains("failures=\"1\""));
    String id = base.id(HALF);
    Object[] accept = {
      "accept", "--trial", id, "--metric", "status", "--commit", NEW, "--reason", "it has to go"
    };
    assertEquals(0, gate(accept).code());
    Ended green = gate(OLD, NEW, "--json", "--junit", junit);
    assertEquals(0, green.code(), green.err());
    assertTrue(green.err().contains("gate open: 1 accepted"), green.err());
    assertTrue(Files.readString(junit).contains("it has to go"));
  }

  /** One run of ten sessions would be one value of the unreduced network. */
  @Test
  void whatCountsOnceForEachRunNeedsNoFreshSessions() throws Exception {
    for (int i = 0; i < 8; i++) {
      slower(10 + i, OLD, 1, HALF).publish(results);
      slower(20 + i, NEW, 1.1, HALF.withMemory(128 << 20)).publish(results);
    }
    Path policy = policy("metrics: {throughput: {}}\n");
    Ended ended = gate(OLD, NEW, "--policy", policy, "--confirm", "false", "--json");
    assertEquals(1, ended.code(), ended.err());
    assertEquals(1, ended.json().get("findings").size(), ended.err());
    JsonNode finding = ended.json().get("findings").get(0);
    assertEquals("throughput", finding.get("metric").asText());
    assertEquals("regression", finding.get("state").asText());
    assertFalse(ended.err().contains("sessions of what was timed"), ended.err());

    Path memory = policy("metrics: {memory: {}}\n");
    Ended unconfirmed = gate(OLD, NEW, "--policy", memory, "--json");
    assertEquals(0, unconfirmed.code(), unconfirmed.err());
    assertEquals("unconfirmed", unconfirmed.json().get("findings").get(0).get("state").asText());
  }

  private static SyntheticRun slower(int number, String commit, double factor, Trial trial) {
    double seconds = factor * (0.1 + 1e-5 * (number % 10));
    return SyntheticRun.of(
        "20260101T000000000Z-%06d".formatted(number),
        commit,
        new double[] {seconds, seconds},
        NONE,
        Trial.evit(0.5, trial.right(), seconds / 2, seconds / 2).withMemory(trial.memory()));
  }

  private Path policy(String text) throws IOException {
    return Files.writeString(results.resolve("policy.yaml"), text);
  }

  @Test
  void nothingComparedIsNoSuccess() {
    run(1, OLD, NONE, HALF).publish(results);
    run(2, NEW, NONE, HALF).data("e".repeat(64)).publish(results);
    Ended ended = gate(OLD, NEW);
    assertEquals(4, ended.code(), ended.out());
    assertTrue(ended.out().contains("gate closed: nothing could be compared"), ended.out());
    assertTrue(ended.out().contains("throughput could be compared in no trial"), ended.out());
  }

  @Test
  void aPolicyOfWhatWasNotMeasuredIsNoSuccess() throws Exception {
    run(1, OLD, NONE).publish(results);
    SyntheticRun.of("20260101T000000000Z-000002", NEW, new double[0], NONE).publish(results);
    assertEquals(4, gate(OLD, NEW, "--policy", policy("metrics: {throughput: {}}\n")).code());
    assertEquals(0, gate(OLD, NEW, "--policy", policy("metrics: {macs: {}}\n")).code());
  }

  @Test
  void trialsThatFailOnBothSidesAreSaid() {
    run(1, OLD, NONE, HALF.failed()).publish(results);
    run(2, NEW, NONE, HALF.failed()).publish(results);
    assertEquals(3, gate(OLD, NEW).code());
  }

  @Test
  void aNewTrialThatFailsIsSaid() throws Exception {
    run(1, OLD, NONE).publish(results);
    run(2, NEW, NONE, HALF.failed()).publish(results);
    Path junit = results.resolve("junit.xml");
    Ended ended = gate(OLD, NEW, "--junit", junit);
    assertEquals(3, ended.code(), ended.out());
    assertTrue(ended.out().contains("gate closed: trials of the head failed"), ended.out());
    assertTrue(Files.readString(junit).contains("errors=\"1\""));
  }

  /** Diversity is told, and neither way is worse; a status is no metric and always counts. */
  @Test
  void metricsThatCannotBeWorseAreRefused() throws Exception {
    run(1, OLD, NONE).publish(results);
    run(2, NEW, NONE).publish(results);
    for (String key : List.of("diversity", "status")) {
      String text = "alpha: 0.05\nmetrics: {macs: {}, %s: {}}\n".formatted(key);
      gate(OLD, NEW, "--policy", policy(text)).refused("policy.yaml:2:", key, "throughput");
    }
    String exception = "{trial: a, metric: %s, until: 2999-12-31, reason: r}";
    String text = "metrics: {macs: {}}\nexceptions: [" + exception + "]\n";
    gate(OLD, NEW, "--policy", policy(text.formatted("diversity"))).refused("policy.yaml:2:");
    assertEquals(0, gate(OLD, NEW, "--policy", policy(text.formatted("status"))).code());
  }

  @Test
  void whatCannotBeAcceptedIsRefused() {
    SyntheticRun base = run(1, OLD, NONE, HALF);
    base.publish(results);
    String id = base.id(HALF);
    gate("accept", "--trial", id, "--metric", "speed", "--commit", OLD, "--reason", "r")
        .refused("--metric", "'speed'", "throughput");
    gate("accept", "--trial", "t", "--metric", "macs", "--commit", OLD, "--reason", "r")
        .refused("--trial", "'t'", id);
    gate("accept", "--trial", id, "--metric", "macs", "--commit", NEW, "--reason", "r")
        .refused(NEW);
    gate("accept", "--trial", id, "--metric", "macs", "--commit", OLD, "--reason", "")
        .refused("--reason", "empty");
    gate(OLD, OLD, "--sessions", 0).refused("--sessions", "0");
    gate(OLD, NEW, "--policy", results.resolve("none.yaml")).refused("no such policy file");
  }
}
