package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A driver that a cluster manager runs, and starts again if it takes it for dead. */
@Timeout(60)
class ManagedDriverTest {
  private static final Map<String, String> CLIENT =
      Map.of("spark.master", "yarn", "spark.submit.deployMode", "client");
  private static final Map<String, String> STANDALONE =
      Map.of("spark.master", "spark://h:7077", "spark.submit.deployMode", "cluster");
  private static final Map<String, String> YARN =
      Map.of("spark.master", "yarn", "spark.submit.deployMode", "cluster");

  /** As a driver in a pod finds it. */
  private static final Map<String, String> KUBERNETES =
      Map.of(
          "spark.master",
          "k8s://https://h",
          "spark.submit.deployMode",
          "client",
          "spark.kubernetes.submitInDriver",
          "true");

  private static final String FINAL = "tokensweep: exit code %d, final; ";

  private record Answer(int code, String said) {}

  private static Answer code(Map<String, String> settings, int code) {
    Properties properties = new Properties();
    properties.putAll(settings);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int last =
        ManagedDriver.of(properties).code(code, new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Answer(last, err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void finalAnswersAreNoReasonToStartAgain() {
    for (Map<String, String> settings : List.of(STANDALONE, YARN, KUBERNETES)) {
      for (int code :
          new int[] {
            ExitCode.REGRESSION,
            ExitCode.BAD_INPUT,
            ExitCode.FAILED_TRIALS,
            ExitCode.NOTHING_MEASURED
          }) {
        Answer answer = code(settings, code);
        assertEquals(0, answer.code, settings::toString);
        assertTrue(answer.said.startsWith(FINAL.formatted(code)), answer.said);
        assertEquals(1, answer.said.lines().count(), answer.said);
      }
    }
  }

  @Test
  void whatAnotherTryMayMendIsOne() {
    for (Map<String, String> settings : List.of(STANDALONE, YARN, KUBERNETES)) {
      for (int code : new int[] {ExitCode.DONE, ExitCode.UNFINISHED, ExitCode.INTERNAL_ERROR}) {
        assertEquals(new Answer(code, ""), code(settings, code));
      }
    }
  }

  @Test
  void whoGaveTheCommandGetsItsCode() {
    for (int code = 0; code < 128; code++) {
      assertEquals(new Answer(code, ""), code(CLIENT, code));
      assertEquals(new Answer(code, ""), code(Map.of(), code));
    }
  }

  /** YARN's process runs it; if it exited, it would take this process with it. */
  @Test
  void returnsToYarn() {
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    YARN.forEach(System::setProperty);
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      TokenSweep.main(new String[] {"--version"});
      TokenSweep.main(new String[] {"run", "--no-such-option"});
    } finally {
      System.setErr(err);
      YARN.keySet().forEach(System::clearProperty);
    }
    assertEquals(
        1,
        said.toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith(FINAL.formatted(ExitCode.BAD_INPUT)))
            .count(),
        said::toString);
  }

  @Test
  void aProcessOfItsOwnEndsWithoutAFailure() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dspark.master=spark://h:7077",
                "-Dspark.submit.deployMode=cluster",
                "-cp",
                System.getProperty("java.class.path"),
                TokenSweep.class.getName(),
                "run",
                "--no-such-option")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains(FINAL.formatted(ExitCode.BAD_INPUT)), said);
  }
}
