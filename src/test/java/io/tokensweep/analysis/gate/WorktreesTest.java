package io.tokensweep.analysis.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed process left is no obstacle. */
class WorktreesTest {
  @TempDir Path folder;
  private Path repository;
  private String commit;

  @BeforeEach
  void commit() throws Exception {
    repository = Files.createDirectory(folder.resolve("code")).toRealPath();
    git("init", "--quiet");
    Files.writeString(repository.resolve("file"), "content");
    git("add", "file");
    git("-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "--quiet", "-m", "one");
    commit = git("rev-parse", "HEAD").strip();
  }

  private String git(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command));
    return out;
  }

  private Path tree() {
    return folder.resolve("code.bisect").resolve(commit.substring(0, 12));
  }

  @Test
  void aTreeIsThereWhileItIsUsed() throws Exception {
    Worktrees trees = new Worktrees(repository, new PrintStream(new ByteArrayOutputStream(), true));
    String content =
        trees.in(
            commit,
            tree -> {
              try {
                assertFalse(Files.exists(tree.resolve("leftover")));
                return Files.readString(tree.resolve("file"));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertEquals("content", content);
    assertFalse(Files.exists(folder.resolve("code.bisect")));
    assertEquals(1, git("worktree", "list").lines().count());
  }

  @Test
  void aTreeThatWasLockedWhenItsProcessDiedIsReplaced() throws Exception {
    git("worktree", "add", "--quiet", "--detach", "--lock", tree().toString(), commit);
    Files.writeString(tree().resolve("leftover"), "");
    aTreeIsThereWhileItIsUsed();
  }

  @Test
  void aFolderThatGitDoesNotKnowIsReplaced() throws Exception {
    Files.createDirectories(tree());
    Files.writeString(tree().resolve("leftover"), "");
    aTreeIsThereWhileItIsUsed();
  }
}
