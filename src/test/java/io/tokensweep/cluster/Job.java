package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A script of {@code jobs/} at work, as a process that can be killed. */
final class Job implements AutoCloseable {
  /** The project's folder, where Maven runs the tests. */
  static final Path PROJECT = Path.of("").toAbsolutePath();

  private final Process process;
  private final Path out;
  private final Path err;

  private Job(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** How it ended. */
  record Ended(int code, String out, String err) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out.lines().reduce((a, b) -> b).orElseThrow());
      } catch (IOException e) {
        throw new AssertionError(out, e);
      }
    }

    Ended withCode(int expected) {
      assertEquals(expected, code, out + err);
      return this;
    }
  }

  /**
   * Starts a script, with what is built already.
   *
   * @param folder where its output goes
   * @param environment beside that of this process
   */
  static Job start(Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    Path out = Files.createTempFile(folder, "job", ".out");
    Path err = Files.createTempFile(folder, "job", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(PROJECT.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    builder.environment().put("TOKENSWEEP_BUILD", "no");
    builder.environment().putAll(environment);
    return new Job(builder.start(), out, err);
  }

  static String script(String path) {
    return PROJECT.resolve("jobs").resolve(path).toString();
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean endsWithin(long seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  Ended await(long seconds) throws IOException, InterruptedException {
    assertTrue(endsWithin(seconds), () -> "still running: " + text(err));
    return new Ended(process.exitValue(), text(out), text(err));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
