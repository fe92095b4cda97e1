package io.tokensweep.analysis.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks Git about a repository on disk. */
public final class GitRepository {
  private static final int SECONDS = 30;
  private static final Pattern ENTRY =
      Pattern.compile("([0-9a-f]{40,64}) (\\d+)((?: [0-9a-f]+)*) ?\t(.*)");

  private final Path folder;

  public GitRepository(Path folder) {
    this.folder = folder;
  }

  /**
   * The full hash of a commit, branch, tag or other revision; empty if Git does not know it, if
   * this is no repository, or if there is no Git.
   */
  public Optional<String> commit(String revision) {
    return revision.startsWith("-")
        ? Optional.empty()
        : output("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
            .map(String::strip)
            .filter(hash -> hash.matches("[0-9a-f]{40,64}"));
  }

  /** Hashes along the first parents of a commit, newest first; empty as above. */
  public List<String> firstParents(String commit) {
    return output("rev-list", "--first-parent", "--end-of-options", commit).stream()
        .flatMap(String::lines)
        .toList();
  }

  /** Whether one commit is another or comes before it; false as well if Git does not know. */
  public boolean isAncestor(String commit, String descendant) {
    return commit.equals(descendant)
        || output("merge-base", "--is-ancestor", commit, descendant).isPresent();
  }

  /** First line of the message of a commit; empty if Git does not know it. */
  public String subject(String commit) {
    return output("log", "-1", "--format=%s", "--end-of-options", commit)
        .map(String::strip)
        .orElse("");
  }

  /** Where its files are; empty if this is no repository. */
  public Optional<Path> checkout() {
    return output("rev-parse", "--show-toplevel").map(String::strip).map(Path::of);
  }

  /**
   * A commit as Git lists it.
   *
   * @param parents how many it has
   * @param time of the commit
   * @param subject first line of its message
   */
  public record LogEntry(String hash, int parents, Instant time, String subject) {}

  /** The first parents of a revision with what they are, newest first; empty as above. */
  public List<LogEntry> firstParentLog(String revision) {
    return commit(revision)
        .flatMap(
            commit ->
                output(
                    "rev-list",
                    "--first-parent",
                    "--encoding=UTF-8",
                    "--format=%H %ct %P%x09%s",
                    "--end-of-options",
                    commit))
        .stream()
        .flatMap(String::lines)
        .map(ENTRY::matcher)
        .filter(Matcher::matches) // Git puts a line of its own ahead of each
        .map(
            entry ->
                new LogEntry(
                    entry.group(1),
                    entry.group(3).isBlank() ? 0 : entry.group(3).strip().split(" ").length,
                    Instant.ofEpochSecond(Long.parseLong(entry.group(2))),
                    entry.group(4)))
        .toList();
  }

  /** Hashes of all commits of the repository that a branch, a tag or HEAD leads to. */
  public Set<String> reachable() {
    return output("rev-list", "--all", "HEAD").stream()
        .flatMap(String::lines)
        .collect(Collectors.toSet());
  }

  private Optional<String> output(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      try {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
            ? Optional.of(text)
            : Optional.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty(); // there is no Git
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted while git ran", e));
    }
  }
}
