package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Git repository that is made for a test. */
final class GitStory {
  private final Path folder;
  private int commits;

  GitStory(Path folder) {
    this.folder = folder;
    git("init", "-q", "-b", "main");
  }

  Path folder() {
    return folder;
  }

  /** Its hash. */
  String commit(String message) {
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD").strip();
  }

  /** Runs Git, each time a minute later. */
  String git(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "git",
                "-C",
                folder.toString(),
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b.invalid",
                "-c",
                "commit.gpgsign=false"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    String time = "2026-01-%02dT12:%02d:00Z".formatted(1 + commits / 60, commits++ % 60);
    builder.environment().put("GIT_AUTHOR_DATE", time);
    builder.environment().put("GIT_COMMITTER_DATE", time);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), output);
      return output;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
