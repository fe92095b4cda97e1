package io.tokensweep.analysis.gate;

import io.tokensweep.analysis.compare.Change;
import io.tokensweep.analysis.compare.Change.Repeated;
import io.tokensweep.analysis.compare.Comparer;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Criteria;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.Side;
import io.tokensweep.analysis.compare.TrialComparison;
import io.tokensweep.analysis.gate.Finding.State;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Measures what was timed and is worse once more, in fresh sessions of the code that is checked
 * out, and lets these alone decide.
 */
public final class Confirmation {
  private final Path results;
  private final GitRepository repository;
  private final Path checkout;
  private final String command;
  private final int sessions;
  private final PrintStream log;

  /**
   * @param results folder of the store
   * @param checkout folder in which the command runs
   * @param command a {@code run} of the sweep, to which options are added
   * @param sessions of timing
   * @param log receives what it prints
   */
  public Confirmation(Path results, Path checkout, String command, int sessions, PrintStream log) {
    this.results = results;
    this.repository = new GitRepository(checkout);
    this.checkout = checkout;
    this.command = command;
    this.sessions = sessions;
    this.log = log;
  }

  /**
   * The options of {@code run} that measure a sweep afresh. All of it, as the base was: a session
   * of few trials is shorter, and its code not as warm when each is timed.
   */
  public static List<String> options(Path results, int sessions) {
    return List.of(
        "--results",
        results.toAbsolutePath().toString(),
        "--fresh",
        "--sessions",
        String.valueOf(sessions));
  }

  /** The result with every finding decided, as far as fresh sessions decide. */
  public GateResult of(GateResult result) {
    if (result.findings(State.UNCONFIRMED).isEmpty()) {
      return result;
    }
    String head = result.comparison().head().commit();
    Optional<String> here = repository.commit("HEAD");
    if (!here.equals(Optional.of(head))) {
      return unmeasured(
          result,
          "%s is at %s, not at the head: check it out to confirm"
              .formatted(checkout, here.map(hash -> hash.substring(0, 12)).orElse("no commit")));
    }
    Set<String> before = runs(ResultStore.existing(results));
    log.printf("gate: %d sessions of what was timed and is worse%n", sessions);
    int code =
        new Shell(log)
            .run(checkout, Map.of("TOKENSWEEP_COMMIT", head), command, options(results, sessions));
    ResultStore store = ResultStore.existing(results);
    List<Manifest> fresh =
        store.manifests().stream()
            .filter(run -> !before.contains(run.runId()))
            .filter(run -> run.provenance().gitCommit().equals(head))
            .toList();
    return fresh.isEmpty()
        ? unmeasured(
            result,
            "'%s' ended with code %d and left no result of the head: correct --confirm"
                .formatted(command, code))
        : decided(result, store, new Side("fresh sessions", fresh));
  }

  private static Set<String> runs(ResultStore store) {
    return store.manifests().stream()
        .map(Manifest::runId)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static GateResult unmeasured(GateResult result, String why) {
    return new GateResult(
        result.comparison(),
        result.findings().stream()
            .map(
                each -> each.state() == State.UNCONFIRMED ? each.with(State.UNMEASURED, why) : each)
            .toList(),
        result.notes());
  }

  private GateResult decided(GateResult result, ResultStore store, Side fresh) {
    Criteria criteria = result.comparison().criteria();
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : result.findings()) {
      findings.add(
          finding.state() == State.UNCONFIRMED
              ? decided(finding, Comparer.compare(store, finding.reference(), fresh, criteria))
              : finding);
    }
    return new GateResult(result.comparison(), findings, result.notes());
  }

  private static Finding decided(Finding finding, Comparison comparison) {
    Optional<Change> again = change(finding, comparison);
    if (again.isEmpty()) {
      return finding.with(
          State.UNMEASURED,
          "fresh sessions did not time it on '%s' in a way that can be compared: correct --confirm"
              .formatted(finding.machine()));
    }
    String sessions = again.get().repeated().map(Repeated::eachSide).orElse("fresh sessions");
    return switch (again.get().verdict()) {
      case WORSE -> finding.with(State.FAILING, "confirmed by " + sessions);
      case IDENTICAL, BETTER, CHANGED, SAME ->
          finding.with(
              State.REFUTED,
              "%s: %s".formatted(sessions, comparison.criteria().words(again.get())));
      case UNDECIDED ->
          finding.with(
              State.UNCONFIRMED,
              "undecided by %s%s"
                  .formatted(
                      sessions,
                      again
                          .get()
                          .repeated()
                          .flatMap(Repeated::wouldDecide)
                          .map(n -> ", " + n + " would decide")
                          .orElse("")));
    };
  }

  static Optional<Change> change(Finding finding, Comparison comparison) {
    for (TrialComparison trial : comparison.trials()) {
      if (finding.isOf(trial.head(), trial.machine())) {
        for (Change change : trial.changes()) {
          if (change.metric().key().equals(finding.metric())) {
            return Optional.of(change);
          }
        }
      }
    }
    return Optional.empty();
  }

  static Set<String> trials(List<Finding> findings) {
    return findings.stream()
        .map(Finding::trial)
        .map(TrialRow::trialId)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
