package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs commands, in this process or in one that can be killed. */
final class Program {
  private Program() {}

  /** How a command ended. */
  record Ended(int code, String out, String err) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out.lines().reduce((a, b) -> b).orElseThrow());
      } catch (IOException e) {
        throw new AssertionError(out, e);
      }
    }

    /** Exit code 2 and one line of explanation that has all these words. */
    void refused(String... words) {
      assertEquals(2, code, err);
      List<String> lines = err.lines().filter(line -> line.startsWith("tokensweep: ")).toList();
      assertEquals(1, lines.size(), err);
      for (String word : words) {
        assertTrue(lines.get(0).contains(word), () -> "no '%s' in: %s".formatted(word, err));
      }
      noStackTrace();
      assertEquals("", out);
    }

    void noStackTrace() {
      assertFalse(err.lines().anyMatch(line -> line.startsWith("\tat ")), err);
      assertFalse(err.contains("Exception:"), err);
    }
  }

  /** In this process, on two task slots. */
  static Ended run(Object... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream newOut = new ByteArrayOutputStream();
    ByteArrayOutputStream newErr = new ByteArrayOutputStream();
    System.setProperty("spark.master", "local[2]");
    System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
    try {
      int code = TokenSweep.execute(words(arguments));
      return new Ended(
          code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      System.clearProperty("spark.master");
    }
  }

  /** A process of its own. */
  static final class Child implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private Child(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    /**
     * @param folder where its output goes
     */
    static Child start(Path folder, Object... arguments) throws IOException {
      return start(folder, List.of(), arguments);
    }

    /**
     * @param folder where its output goes
     * @param jars behind the class path of this process
     */
    static Child start(Path folder, List<Path> jars, Object... arguments) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
      command.add("-Dspark.master=local[2]");
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(flag -> flag.startsWith("--add-") || flag.startsWith("-D"))
          .forEach(command::add);
      String classPath =
          Stream.concat(
                  Stream.of(System.getProperty("java.class.path")),
                  jars.stream().map(Path::toString))
              .collect(Collectors.joining(File.pathSeparator));
      command.addAll(List.of("-cp", classPath));
      command.add(TokenSweep.class.getName());
      command.addAll(List.of(words(arguments)));
      Path out = Files.createTempFile(folder, "child", ".out");
      Path err = Files.createTempFile(folder, "child", ".err");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      return new Child(process, out, err);
    }

    Process process() {
      return process;
    }

    Ended await() throws IOException, InterruptedException {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running after two minutes");
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static String[] words(Object... arguments) {
    return Stream.of(arguments).map(Object::toString).toArray(String[]::new);
  }
}
