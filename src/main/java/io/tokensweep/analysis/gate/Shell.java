package io.tokensweep.analysis.gate;

import io.tokensweep.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Commands of the user, as one would type them. */
final class Shell {
  private final PrintStream log;

  /**
   * @param log receives what the commands print
   */
  Shell(PrintStream log) {
    this.log = log;
  }

  /**
   * Runs a command line and waits for its end; with this process it ends too.
   *
   * @param folder in which it runs
   * @param environment added to that of this process
   * @param arguments put behind the command, each a word whatever is in it
   * @return its exit code
   */
  int run(Path folder, Map<String, String> environment, String command, List<String> arguments) {
    List<String> words =
        new ArrayList<>(
            List.of("sh", "-c", command + (arguments.isEmpty() ? "" : " \"$@\""), "sh"));
    words.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      Thread end = new Thread(() -> end(process));
      Runtime.getRuntime().addShutdownHook(end);
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          log.println("  " + line);
        }
        return process.waitFor();
      } finally {
        end(process);
        Runtime.getRuntime().removeShutdownHook(end);
      }
    } catch (IOException e) {
      throw new InvalidInputException("'%s' cannot be run: %s".formatted(command, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted during: " + command, e));
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
