package io.tokensweep.analysis.compare;

import io.tokensweep.InvalidInputException;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.RunHead;
import io.tokensweep.store.Summary;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the runs that a word on the command line means. */
public final class Sides {
  private static final String LATEST = "latest";
  private static final String LATEST_ON = "latest on ";

  private final ResultStore store;
  private final List<RunHead> runs;
  private final GitRepository repository;

  /**
   * @param repository where names of branches and tags are looked up
   */
  public Sides(ResultStore store, GitRepository repository) {
    this.store = store;
    this.runs = Summary.heads(store);
    this.repository = repository;
  }

  /**
   * @param name a run id, or several of one commit with commas between them; {@code latest}; {@code
   *     latest on BRANCH}; a commit of which at least seven digits are given; a branch, tag or
   *     other revision of the repository. All but a run id and {@code latest} mean all runs of the
   *     commit, without those of changed code
   * @throws InvalidInputException if nothing was measured there
   */
  public Side find(String name) {
    if (runs.isEmpty()) {
      throw new InvalidInputException("the store holds no finished run");
    }
    return ofRun(name)
        .or(() -> ofRuns(name))
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
    List<RunHead> matching =
        clean(runs).stream().filter(run -> run.commit().equals(commit)).toList();
    return matching.isEmpty() ? Optional.empty() : Optional.of(side(commit, matching));
  }

  private Optional<Side> ofRun(String name) {
    if (name.equals(LATEST)) {
      return Optional.of(side(name, List.of(runs.get(runs.size() - 1))));
    }
    return runs.stream()
        .filter(run -> run.runId().equals(name))
        .findFirst()
        .map(run -> side(name, List.of(run)));
  }

  private Optional<Side> ofRuns(String name) {
    if (!name.contains(",")) {
      return Optional.empty();
    }
    Set<String> ids = new HashSet<>(List.of(name.split(",", -1)));
    List<RunHead> found = runs.stream().filter(run -> ids.contains(run.runId())).toList();
    if (found.size() < ids.size()) {
      Set<String> known = found.stream().map(RunHead::runId).collect(Collectors.toSet());
      throw new InvalidInputException(
          "'%s': '%s' is no run of the store; allowed between commas are run ids"
              .formatted(
                  name,
                  ids.stream()
                      .filter(id -> !known.contains(id))
                      .sorted()
                      .findFirst()
                      .orElseThrow()));
    }
    List<String> commits = found.stream().map(RunHead::commit).distinct().toList();
    if (commits.size() > 1) {
      throw new InvalidInputException(
          "'%s': these runs are of commits %s; allowed are runs of one commit"
              .formatted(name, String.join(", ", commits)));
    }
    return Optional.of(side(commits.get(0), found));
  }

  private Side side(String name, List<RunHead> of) {
    return new Side(name, of.stream().map(RunHead::runId).map(store::manifest).toList());
  }

  private Optional<Side> latest(String name) {
    if (!name.startsWith(LATEST_ON)) {
      return Optional.empty();
    }
    String branch = name.substring(LATEST_ON.length()).strip();
    List<RunHead> ofBranch = runs.stream().filter(run -> run.branch().equals(branch)).toList();
    List<RunHead> clean = clean(ofBranch);
    if (clean.isEmpty()) {
      throw new InvalidInputException(
          "'%s': no run of unchanged code is of branch %s; the store has runs of: %s"
              .formatted(name, branch, branches()));
    }
    String commit = clean.get(clean.size() - 1).commit();
    return ofCommit(name, commit);
  }

  private Optional<Side> ofCommit(String name, String hash) {
    if (!hash.matches("[0-9a-f]{7,64}")) {
      return Optional.empty();
    }
    List<RunHead> matching = runs.stream().filter(run -> run.commit().startsWith(hash)).toList();
    List<String> commits = matching.stream().map(run -> run.commit()).distinct().toList();
    if (commits.size() > 1) {
      throw new InvalidInputException(
          "'%s' is the beginning of several measured commits: %s"
              .formatted(name, String.join(", ", commits)));
    }
    if (!matching.isEmpty() && clean(matching).isEmpty()) {
      throw new InvalidInputException(
          "'%s': all its runs are of code that differed from the commit; give a run id: %s"
              .formatted(
                  name, matching.stream().map(RunHead::runId).collect(Collectors.joining(", "))));
    }
    return matching.isEmpty() ? Optional.empty() : Optional.of(side(name, clean(matching)));
  }

  private Optional<Side> ofRevision(String name) {
    return repository
        .commit(name)
        .map(commit -> ofCommit(name, commit).orElseThrow(() -> notMeasured(name, commit)));
  }

  private static List<RunHead> clean(List<RunHead> runs) {
    return runs.stream().filter(run -> !run.dirty()).toList();
  }

  private InvalidInputException notMeasured(String name, String commit) {
    List<String> history = repository.firstParents(commit);
    Set<String> known = clean(runs).stream().map(RunHead::commit).collect(Collectors.toSet());
    Optional<String> measured = history.stream().filter(known::contains).findFirst();
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
    return runs.stream().map(run -> run.branch()).distinct().collect(Collectors.joining(", "));
  }
}
