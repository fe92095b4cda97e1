package io.tokensweep.analysis.gate;

import io.tokensweep.analysis.compare.Change;
import io.tokensweep.analysis.compare.Comparer;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Criteria;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.Repeats;
import io.tokensweep.analysis.compare.Side;
import io.tokensweep.analysis.compare.Sides;
import io.tokensweep.analysis.compare.TrialComparison;
import io.tokensweep.analysis.compare.Verdict;
import io.tokensweep.analysis.gate.Finding.State;
import io.tokensweep.store.Acceptances.Acceptance;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import io.tokensweep.sweep.Policy;
import io.tokensweep.sweep.Policy.Allowance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decides whether a commit may pass. Everything that a comparison calls worse is a finding; one is
 * let pass if somebody accepted it, if the policy has an exception for it, or if it was timed and
 * fresh sessions do not say the same.
 */
public final class Gate {
  private final ResultStore store;
  private final GitRepository repository;
  private final Policy policy;
  private final Criteria criteria;
  private final Sides sides;
  private final Map<String, Optional<Comparison>> levels = new HashMap<>();
  private final Set<Allowance> used = new LinkedHashSet<>();

  /**
   * @param repository in which it is looked up which commits come before which
   */
  public Gate(ResultStore store, GitRepository repository, Policy policy) {
    this.store = store;
    this.repository = repository;
    this.policy = policy;
    this.criteria = Policies.criteria(policy);
    this.sides = new Sides(store, repository);
  }

  /** The comparison behind {@link #judge}. */
  public Comparison compare(String base, String head) {
    return Comparer.compare(store, sides.find(base), sides.find(head), criteria);
  }

  /**
   * @param names what trials are called, which patterns of the policy are about
   */
  public GateResult judge(Comparison comparison, Function<TrialRow, String> names) {
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : worse(comparison)) {
      findings.add(allowed(accepted(finding, comparison), names));
    }
    return new GateResult(comparison, findings, notes(comparison));
  }

  /** All that is worse, as if nothing were known of it. */
  static List<Finding> worse(Comparison comparison) {
    List<Finding> findings = new ArrayList<>();
    for (TrialComparison trial : comparison.trials()) {
      for (Change change : trial.changes()) {
        if (isWorse(change, comparison.criteria())) {
          boolean fresh = needsFreshSessions(change);
          findings.add(
              new Finding(
                  trial.head(),
                  trial.machine(),
                  comparison.base(),
                  change.metric().key(),
                  Optional.of(change),
                  fresh ? State.UNCONFIRMED : State.FAILING,
                  fresh ? "no fresh session has said the same yet" : ""));
        }
      }
    }
    for (Comparison.Ended ended : comparison.broken()) {
      findings.add(
          new Finding(
              ended.head(),
              "",
              comparison.base(),
              Finding.STATUS,
              Optional.empty(),
              State.FAILING,
              "%s: %s"
                  .formatted(
                      ended.head().status().key(),
                      ended.head().error().orElse("no reason given"))));
    }
    return findings;
  }

  private static boolean isWorse(Change change, Criteria criteria) {
    return change.verdict() == Verdict.WORSE && criteria.regressions().contains(change.metric());
  }

  /**
   * Sessions of a run follow each other. What counts once for each run rests on several runs, and
   * no single one could confirm it.
   */
  private static boolean needsFreshSessions(Change change) {
    return change.repeated().filter(each -> each.repeats() == Repeats.SESSIONS).isPresent();
  }

  private Finding accepted(Finding finding, Comparison comparison) {
    String base = comparison.base().commit();
    String head = comparison.head().commit();
    Optional<Acceptance> newest =
        store.acceptances().all().stream()
            .filter(each -> each.trialId().equals(finding.trial().trialId()))
            .filter(each -> each.metric().equals(finding.metric()))
            .filter(each -> repository.isAncestor(each.commit(), head))
            .filter(each -> !repository.isAncestor(each.commit(), base))
            .reduce(
                (one, other) ->
                    repository.isAncestor(other.commit(), one.commit())
                            && !other.commit().equals(one.commit())
                        ? one
                        : other);
    return newest.map(each -> accepted(finding, each, comparison)).orElse(finding);
  }

  /** From the accepted commit on, its level is the base. */
  private Finding accepted(Finding finding, Acceptance acceptance, Comparison comparison) {
    if (acceptance.commit().equals(comparison.head().commit())) {
      return finding.with(State.ACCEPTED, acceptance.signed());
    }
    String since = "accepted since %.12s".formatted(acceptance.commit());
    Optional<Comparison> level = level(acceptance.commit(), comparison.head());
    if (level.isEmpty()) {
      return finding.with(
          finding.state(), since + ", which has no results now, so it cannot be the base");
    }
    Optional<Finding> again =
        worse(level.get()).stream()
            .filter(each -> each.isOf(finding.trial(), finding.machine()))
            .filter(each -> each.metric().equals(finding.metric()))
            .findFirst();
    return again
        .map(each -> each.with(each.state(), "worse than what was " + since))
        .orElseGet(() -> finding.with(State.ACCEPTED, since + ": " + acceptance.signed()));
  }

  private Optional<Comparison> level(String commit, Side head) {
    return levels.computeIfAbsent(
        commit,
        any -> sides.measured(commit).map(side -> Comparer.compare(store, side, head, criteria)));
  }

  private Finding allowed(Finding finding, Function<TrialRow, String> names) {
    return policy.exceptions().stream()
        .filter(
            each ->
                each.covers(
                    names.apply(finding.trial()), finding.trial().trialId(), finding.metric()))
        .findFirst()
        .map(
            each -> {
              used.add(each);
              return finding.state() == State.ACCEPTED
                  ? finding
                  : finding.with(
                      State.ALLOWED,
                      "%s (until %s, %s)".formatted(each.reason(), each.until(), each.place()));
            })
        .orElse(finding);
  }

  private List<String> notes(Comparison comparison) {
    List<String> notes = new ArrayList<>();
    for (Allowance each : policy.exceptions()) {
      if (!used.contains(each)) {
        notes.add(
            "exception not needed: %s of '%s' (%s), until %s"
                .formatted(each.metric(), each.trial(), each.place(), each.until()));
      }
    }
    Set<String> compared =
        comparison.trials().stream()
            .flatMap(trial -> trial.changes().stream())
            .map(change -> change.metric().key())
            .collect(Collectors.toSet());
    policy.metrics().keySet().stream()
        .filter(key -> !compared.contains(key))
        .forEach(key -> notes.add("%s could be compared in no trial".formatted(key)));
    return notes;
  }
}
