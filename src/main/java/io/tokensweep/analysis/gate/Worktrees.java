package io.tokensweep.analysis.gate;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.GitRepository;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Working trees of single commits beside a repository, each there for as long as something is done
 * in it. The checkout of the user is not touched.
 */
final class Worktrees {
  private final Path checkout;
  private final Path folder;
  private final Shell shell;

  /**
   * @throws InvalidInputException if there is no repository
   */
  Worktrees(Path repository, PrintStream log) {
    this.checkout =
        new GitRepository(repository)
            .checkout()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "--repository: %s is no Git repository with files".formatted(repository)));
    this.folder = checkout.resolveSibling(checkout.getFileName() + ".bisect");
    this.shell = new Shell(log);
  }

  /** Does something in a tree of a commit. What a killed process left there is cleared away. */
  <T> T in(String commit, Function<Path, T> work) {
    Path tree = folder.resolve(commit.substring(0, 12));
    remove(tree);
    git("worktree add --quiet --detach", List.of(tree.toString(), commit));
    try {
      return work.apply(tree);
    } finally {
      remove(tree);
    }
  }

  private void remove(Path tree) {
    if (Files.exists(tree)) {
      List<String> path = List.of(tree.toString());
      // twice: also one that is locked, because whoever added it was killed meanwhile
      int code = shell.run(checkout, Map.of(), "git worktree remove --force --force", path);
      if (code != 0) {
        shell.run(checkout, Map.of(), "rm -rf --", path); // one that Git does not know
      }
    }
    git("worktree prune", List.of());
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return; // another process is at work beside this one
    } catch (IOException e) {
      throw new InvalidInputException("%s cannot be removed: %s".formatted(folder, e), e);
    }
  }

  private void git(String command, List<String> arguments) {
    int code = shell.run(checkout, Map.of(), "git " + command, arguments);
    if (code != 0) {
      throw new InvalidInputException(
          "git %s %s in %s ended with code %d"
              .formatted(command, String.join(" ", arguments), checkout, code));
    }
  }
}
