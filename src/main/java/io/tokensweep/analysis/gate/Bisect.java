package io.tokensweep.analysis.gate;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.Change;
import io.tokensweep.analysis.compare.Change.Repeated;
import io.tokensweep.analysis.compare.Comparer;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Criteria;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.Side;
import io.tokensweep.analysis.compare.Sides;
import io.tokensweep.analysis.compare.Verdict;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds the commit that made something worse. Whatever is worse at the end is looked for along the
 * first parents by halving, with the judge of {@code compare}. A commit that is in the store is not
 * measured again, so the same command goes on where it was.
 */
public final class Bisect {
  private final Setting setting;
  private final GitRepository repository;
  private final PrintStream log;
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private final Map<String, Comparison> judged = new HashMap<>();
  private int measured;

  /**
   * @param results folder of the store
   * @param repository of the code
   * @param sweep file
   * @param build command that builds a tree
   * @param run command that runs a sweep in a built tree; file and options are added
   * @param trials ids of those that matter; none for all of the sweep
   * @param criteria when a difference counts
   */
  public record Setting(
      Path results,
      Path repository,
      Path sweep,
      String build,
      String run,
      Set<String> trials,
      Criteria criteria) {}

  /**
   * What was found of something that is worse.
   *
   * @param finding at the last commit, against the first
   * @param commits of which one made it worse, oldest first; one, unless others could not be judged
   */
  public record Culprit(Finding finding, List<String> commits) {
    public Culprit {
      commits = List.copyOf(commits);
    }
  }

  /**
   * @param comparison of both ends
   * @param commits from good to bad, both among them
   * @param culprits one for each thing that is worse; none if nothing is
   * @param skipped commits that could not be judged, and why
   * @param measured commits that were built and run now
   */
  public record Result(
      Comparison comparison,
      List<String> commits,
      List<Culprit> culprits,
      Map<String, String> skipped,
      int measured) {}

  public Bisect(Setting setting, PrintStream log) {
    this.setting = setting;
    this.repository = new GitRepository(setting.repository());
    this.log = log;
  }

  /**
   * @param good revision
   * @param bad revision that has {@code good} among its first parents
   * @throws InvalidInputException if there is no such way, or one of both cannot be measured
   */
  public Result between(String good, String bad) {
    List<String> commits = way(commit(good), commit(bad));
    String first = commits.get(0);
    String last = commits.get(commits.size() - 1);
    for (String end : List.of(first, last)) {
      measure(end, setting.trials());
      if (side(end).isEmpty()) {
        throw new InvalidInputException(
            "%s: %s".formatted(end, skipped.getOrDefault(end, "was not measured")));
      }
    }
    Comparison ends = compare(first, last);
    List<Finding> worse =
        Gate.worse(ends).stream()
            .filter(
                each ->
                    setting.trials().isEmpty() || setting.trials().contains(each.trial().trialId()))
            .toList();
    List<Culprit> culprits = new ArrayList<>();
    for (Finding finding : worse) {
      culprits.add(new Culprit(finding, search(finding, commits, concerned(worse))));
    }
    return new Result(ends, commits, culprits, skipped, measured);
  }

  /** Where times are compared each session has to time all that those of the first commit did. */
  private Set<String> concerned(List<Finding> worse) {
    Set<String> timed = Set.of(Metric.THROUGHPUT.key(), Metric.LATENCY.key());
    return worse.stream().anyMatch(finding -> timed.contains(finding.metric()))
        ? setting.trials()
        : Confirmation.trials(worse);
  }

  private String commit(String revision) {
    return repository
        .commit(revision)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "'%s' is nothing that Git knows in %s"
                        .formatted(revision, setting.repository())));
  }

  /** Oldest first. */
  private List<String> way(String good, String bad) {
    List<String> parents = repository.firstParents(bad);
    int end = parents.indexOf(good);
    if (end < 1) {
      throw new InvalidInputException(
          "%.12s is not among the first parents of %.12s; allowed are two commits of one line"
              .formatted(good, bad));
    }
    List<String> commits = new ArrayList<>(parents.subList(0, end + 1));
    Collections.reverse(commits);
    return List.copyOf(commits);
  }

  private List<String> search(Finding finding, List<String> commits, Set<String> trials) {
    int good = 0;
    int bad = commits.size() - 1;
    Map<Integer, String> unclear = new TreeMap<>();
    for (int next = next(good, bad, unclear); next >= 0; next = next(good, bad, unclear)) {
      String commit = commits.get(next);
      log.printf(
          "bisect: %s of trial %s at %.12s%n", finding.metric(), finding.trial().trialId(), commit);
      measure(commit, trials);
      Optional<Boolean> worse =
          side(commit)
              .flatMap(
                  side -> judge(finding, commits.get(0), commit, commits.get(commits.size() - 1)));
      if (worse.isEmpty()) {
        unclear.put(next, commit);
      } else if (worse.get()) {
        bad = next;
      } else {
        good = next;
      }
    }
    return commits.subList(good + 1, bad + 1);
  }

  /** The commit nearest to the middle that may still tell something; −1 if there is none. */
  private static int next(int good, int bad, Map<Integer, String> unclear) {
    double middle = (good + bad) / 2.0;
    return IntStream.range(good + 1, bad)
        .filter(index -> !unclear.containsKey(index))
        .boxed()
        .min(Comparator.comparingDouble(index -> Math.abs(index - middle)))
        .orElse(-1);
  }

  /**
   * Whether it is bad there; empty if nobody can say. Few sessions may show no difference to the
   * good end and yet a clear one to the bad end: then it is good.
   */
  private Optional<Boolean> judge(Finding finding, String first, String commit, String last) {
    Comparison comparison = compare(first, commit);
    if (finding.metric().equals(Finding.STATUS)) {
      return status(finding, comparison, commit);
    }
    Optional<Change> change = Confirmation.change(finding, comparison);
    if (change.isEmpty()) {
      skipped.putIfAbsent(commit, "has no %s of the trial".formatted(finding.metric()));
      return Optional.empty();
    }
    return switch (change.get().verdict()) {
      case WORSE -> Optional.of(true);
      case IDENTICAL, BETTER, CHANGED, SAME -> Optional.of(false);
      case UNDECIDED -> {
        boolean lastIsWorse =
            Confirmation.change(finding, compare(commit, last))
                .filter(each -> each.verdict() == Verdict.WORSE)
                .isPresent();
        if (lastIsWorse) {
          yield Optional.of(false);
        }
        skipped.putIfAbsent(
            commit,
            "%s is undecided%s"
                .formatted(
                    finding.metric(),
                    change
                        .get()
                        .repeated()
                        .flatMap(Repeated::wouldDecide)
                        .map(n -> ", " + n + " would decide")
                        .orElse("")));
        yield Optional.empty();
      }
    };
  }

  private Optional<Boolean> status(Finding finding, Comparison comparison, String commit) {
    String trial = finding.trial().trialId();
    if (comparison.broken().stream().anyMatch(each -> each.head().trialId().equals(trial))) {
      return Optional.of(true);
    }
    if (comparison.trials().stream().anyMatch(each -> each.head().trialId().equals(trial))) {
      return Optional.of(false);
    }
    skipped.putIfAbsent(commit, "has no result of the trial");
    return Optional.empty();
  }

  private Comparison compare(String first, String commit) {
    return judged.computeIfAbsent(
        first + " " + commit,
        any ->
            Comparer.compare(
                ResultStore.existing(setting.results()),
                side(first).orElseThrow(),
                side(commit).orElseThrow(),
                setting.criteria()));
  }

  private Optional<Side> side(String commit) {
    ResultStore store = ResultStore.existing(setting.results());
    return new Sides(store, repository).measured(commit);
  }

  /** Whether the store has results of these trials, or of the whole sweep, at a commit. */
  private boolean isMeasured(String commit, Set<String> trials) {
    ResultStore store = ResultStore.existing(setting.results());
    Set<String> held = new HashSet<>();
    side(commit)
        .ifPresent(
            side ->
                side.runs().stream()
                    .filter(run -> !trials.isEmpty() || !run.provenance().isOfChosenTrials())
                    .forEach(
                        run ->
                            store.trialsWithReused(run).stream()
                                .filter(row -> row.status() != TrialRow.Status.QUARANTINED)
                                .forEach(row -> held.add(row.trialId()))));
    return trials.isEmpty() ? !held.isEmpty() : held.containsAll(trials);
  }

  private void measure(String commit, Set<String> trials) {
    if (skipped.containsKey(commit) || isMeasured(commit, trials)) {
      return;
    }
    new Worktrees(setting.repository(), log)
        .in(
            commit,
            tree -> {
              measureIn(tree, commit, trials).ifPresent(why -> skipped.put(commit, why));
              return tree;
            });
  }

  /** Why it could not be measured; empty if it was. */
  private Optional<String> measureIn(Path tree, String commit, Set<String> trials) {
    Shell shell = new Shell(log);
    Map<String, String> environment = Map.of("TOKENSWEEP_COMMIT", commit);
    log.printf("bisect: building %.12s%n", commit);
    int built = shell.run(tree, environment, setting.build(), List.of());
    if (built != 0) {
      return Optional.of("does not build (code %d)".formatted(built));
    }
    measured++;
    List<String> options = new ArrayList<>();
    options.add(setting.sweep().toAbsolutePath().toString());
    options.addAll(List.of("--results", setting.results().toAbsolutePath().toString()));
    trials.forEach(trial -> options.addAll(List.of("--trial", trial)));
    int code = shell.run(tree, environment, setting.run(), options);
    return isMeasured(commit, trials)
        ? Optional.empty()
        : Optional.of("left no result (code %d)".formatted(code));
  }
}
