package io.tokensweep.analysis.compare;

import io.tokensweep.InvalidInputException;
import io.tokensweep.store.Manifest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the runs that a word on the command line means. */
public final class Sides {
  private static final String LATEST = "latest";
  private static final String LATEST_ON = "latest on ";

  private final List<Manifest> runs;
  private final GitRepository repository;

  /**
   * @param runs finished ones, oldest first
   * @param repository where names of branches and tags are looked up
   */
  public Sides(List<Manifest> runs, GitRepository repository) {
    this.runs = List.copyOf(runs);
    this.repository = repository;
  }

  /**
   * @param name a run id; {@code latest}; {@code latest on BRANCH}; a commit of which at least
   *     seven digits are given; a branch, tag or other revision of the repository. All but a run id
   *     and {@code latest} mean all runs of the commit, without those of changed code
   * @throws InvalidInputException if nothing was measured there
   */
  public Side find(String name) {
    if (runs.isEmpty()) {
      throw new InvalidInputException("the store holds no finished run");
    }
    return ofRun(name)
        .or(() -> latest(name))
        .or(() -> ofCommit(name, name))
        .or(() -> ofRevision(name))
        .orElseThrow(() -> unknown(name));
  }

  /**
   * All runs of a commit, without those of changed code; empty if there is none.
   *
   * @param commit full hash
   */
  public Optional<Side> measured(String commit) {
    List<Manifest> matching =
        clean(runs).stream().filter(run -> run.provenance().gitCommit().equals(commit)).toList();
    return matching.isEmpty() ? Optional.empty() : Optional.of(new Side(commit, matching));
  }

  private Optional<Side> ofRun(String name) {
    if (name.equals(LATEST)) {
      return Optional.of(new Side(name, List.of(runs.get(runs.size() - 1))));
    }
    return runs.stream()
        .filter(run -> run.runId().equals(name))
        .findFirst()
        .map(run -> new Side(name, List.of(run)));
  }

  private Optional<Side> latest(String name) {
    if (!name.startsWith(LATEST_ON)) {
      return Optional.empty();
    }
    String branch = name.substring(LATEST_ON.length()).strip();
    List<Manifest> ofBranch =
        runs.stream().filter(run -> run.provenance().gitBranch().equals(branch)).toList();
    List<Manifest> clean = clean(ofBranch);
    if (clean.isEmpty()) {
      throw new InvalidInputException(
          "'%s': no run of unchanged code is of branch %s; the store has runs of: %s"
              .formatted(name, branch, branches()));
    }
    String commit = clean.get(clean.size() - 1).provenance().gitCommit();
    return ofCommit(name, commit);
  }

  private Optional<Side> ofCommit(String name, String hash) {
    if (!hash.matches("[0-9a-f]{7,64}")) {
      return Optional.empty();
    }
    List<Manifest> matching =
        runs.stream().filter(run -> run.provenance().gitCommit().startsWith(hash)).toList();
    List<String> commits =
        matching.stream().map(run -> run.provenance().gitCommit()).distinct().toList();
    if (commits.size() > 1) {
      throw new InvalidInputException(
          "'%s' is the beginning of several measured commits: %s"
              .formatted(name, String.join(", ", commits)));
    }
    if (!matching.isEmpty() && clean(matching).isEmpty()) {
      throw new InvalidInputException(
          "'%s': all its runs are of code that differed from the commit; give a run id: %s"
              .formatted(
                  name, matching.stream().map(Manifest::runId).collect(Collectors.joining(", "))));
    }
    return matching.isEmpty() ? Optional.empty() : Optional.of(new Side(name, clean(matching)));
  }

  private Optional<Side> ofRevision(String name) {
    return repository
        .commit(name)
        .map(commit -> ofCommit(name, commit).orElseThrow(() -> notMeasured(name, commit)));
  }

  private static List<Manifest> clean(List<Manifest> runs) {
    return runs.stream().filter(run -> !run.provenance().gitDirty()).toList();
  }

  private InvalidInputException notMeasured(String name, String commit) {
    List<String> history = repository.firstParents(commit);
    Optional<String> measured =
        history.stream()
            .filter(
                parent ->
                    clean(runs).stream()
                        .anyMatch(run -> run.provenance().gitCommit().equals(parent)))
            .findFirst();
    return new InvalidInputException(
        "'%s' is commit %s, which was not measured; %s"
            .formatted(
                name,
                commit.substring(0, 12),
                measured
                    .map(
                        parent ->
                            "the last one before it that was is %s, %d commits back"
                                .formatted(parent.substring(0, 12), history.indexOf(parent)))
                    .orElse("nor was any commit before it")));
  }

  private InvalidInputException unknown(String name) {
    return new InvalidInputException(
        "'%s' is no run id, no measured commit and nothing that Git knows; allowed are these,"
                .formatted(name)
            + " 'latest' and 'latest on BRANCH'; the store has runs of branches: "
            + branches());
  }

  private String branches() {
    return runs.stream()
        .map(run -> run.provenance().gitBranch())
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
