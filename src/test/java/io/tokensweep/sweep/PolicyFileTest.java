package io.tokensweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.sweep.Policy.Allowance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class PolicyFileTest {
  private static final Set<String> METRICS =
      Set.of("top1", "top5", "loss", "macs", "params", "throughput", "latency", "memory");
  private static final Set<String> EXCEPTED = Set.of("macs", "throughput", "status");
  private static final LocalDate TODAY = LocalDate.of(2026, 6, 15);

  @TempDir Path folder;

  private Policy read(String text) throws IOException {
    Path file = folder.resolve("gate.yaml");
    Files.writeString(file, text);
    return PolicyFile.read(file, METRICS, EXCEPTED, TODAY);
  }

  private void refused(String text, String... words) {
    String message = assertThrows(InvalidInputException.class, () -> read(text), text).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "no '%s' in: %s".formatted(word, message));
    }
  }

  @Test
  void theFileOfTheProjectAndTheOneInTheDocumentAreRead() throws IOException {
    Policy policy = PolicyFile.read(Path.of("jobs/ci/gate.yaml"), METRICS, EXCEPTED, TODAY);
    assertEquals(8, policy.metrics().size());
    assertEquals(2, policy.metrics().get("throughput").minimumEffect().orElseThrow());
    assertEquals(List.of(), policy.exceptions());
    String document = Files.readString(Path.of("docs/ci.md"));
    String example =
        Pattern.compile("(?ms)^```yaml\n(.*?)^```$")
            .matcher(document)
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);
    assertEquals(1, read(example).exceptions().size());
  }

  @Test
  void anExceptionHoldsOnItsLastDay() throws IOException {
    String text =
        "metrics: {macs: {}}\nexceptions:\n  - {trial: a, metric: macs, until: %s, reason: why}\n";
    assertEquals(1, read(text.formatted("2026-06-15")).exceptions().size());
    refused(text.formatted("2026-06-14"), "gate.yaml:3:5", "of 'a' ended on 2026-06-14 (why)");
  }

  @Test
  void starsStandForAnyText() {
    Allowance some = new Allowance("", "evit*0.5", "*", TODAY, "");
    assertTrue(some.covers("evit at keep rate 0.5", "0123", "macs"));
    assertTrue(new Allowance("", "0123", "macs", TODAY, "").covers("evit", "0123", "macs"));
    assertFalse(some.covers("evit at keep rate 0.7", "0123", "macs"));
    assertFalse(some.covers("evit at keep rate 0x5", "0123", "macs"), "a dot is a dot");
    assertFalse(new Allowance("", "*", "macs", TODAY, "").covers("evit", "0123", "top1"));
  }

  @Test
  void whatIsNotUnderstoodIsRefusedWithItsPlace() {
    refused("", "empty");
    refused("alpha: 0.05\n", "metrics is missing");
    refused("metrics: [macs]\n", "gate.yaml:1:10", "a map of metrics");
    refused("metrics: {}\n", "a map of metrics");
    refused("metrics:\n  topp1: {}\n", "gate.yaml:2:3", "topp1", "did you mean top1");
    refused("metrics: {macs: {min: 1}}\n", "min", "min_effect");
    refused("metrics: {macs: {min_effect: -1}}\n", "-1", "at least 0");
    refused("metrics: {macs: {min_effect: much}}\n", "much", "at least 0");
    refused("alpha: 0.5\nmetrics: {macs: {}}\n", "gate.yaml:1:8", "0.5", "below 0.5");
    refused("metric: {macs: {}}\n", "metric", "did you mean metrics");
    String entry = "metrics: {macs: {}}\nexceptions: [{%s}]\n";
    refused(entry.formatted("trial: a, metric: macs, until: soon, reason: r"), "soon", "a date");
    refused(entry.formatted("trial: a, metric: mac, until: 2030-01-01, reason: r"), "mac", "macs");
    refused(entry.formatted("trial: a, metric: macs, until: 2030-01-01"), "reason is missing");
    refused(entry.formatted("metric: macs, until: 2030-01-01, reason: r"), "trial is missing");
  }

  @Test
  void theBuildServersCallTheScriptAndShowWhatItLeaves() throws IOException {
    for (String name : List.of("github-actions.yml", "gitlab-ci.yml", "Jenkinsfile")) {
      String text = Files.readString(Path.of("jobs/ci").resolve(name));
      assertTrue(text.contains("jobs/ci/regression.sh"), name);
      assertTrue(text.contains("build/tokensweep/comment.md"), name);
      assertTrue(text.contains("results"), name);
      if (name.endsWith(".yml")) {
        assertFalse(new Load(LoadSettings.builder().build()).loadFromString(text) == null, name);
      }
    }
  }
}
