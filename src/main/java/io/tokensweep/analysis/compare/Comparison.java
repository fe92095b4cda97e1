package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.FrontChange;
import io.tokensweep.store.TrialRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Two sides, trial by trial.
 *
 * @param criteria that the verdicts follow
 * @param trials that could be compared
 * @param broken trials that ended well on the base and not on the head
 * @param mended trials that end well on the head only
 * @param failing trials that do not end well on the head, and not on the base or are not there
 * @param appeared on the head only, and end well
 * @param disappeared from the head
 * @param incomparable trials or parts of them, and why
 * @param noise how predictions of one commit differ among its own runs; empty if no side has two
 * @param fronts where trials stand among each other; none if no prediction and no cost changed
 * @param warnings one line each
 */
public record Comparison(
    Side base,
    Side head,
    Criteria criteria,
    List<TrialComparison> trials,
    List<Ended> broken,
    List<Ended> mended,
    List<Ended> failing,
    List<TrialRow> appeared,
    List<TrialRow> disappeared,
    List<Incomparable> incomparable,
    Optional<Noise> noise,
    List<FrontChange> fronts,
    List<String> warnings) {
  public Comparison {
    trials = List.copyOf(trials);
    broken = List.copyOf(broken);
    mended = List.copyOf(mended);
    failing = List.copyOf(failing);
    appeared = List.copyOf(appeared);
    disappeared = List.copyOf(disappeared);
    incomparable = List.copyOf(incomparable);
    fronts = List.copyOf(fronts);
    warnings = List.copyOf(warnings);
  }

  /**
   * How a trial ended.
   *
   * @param base empty if the base does not have it on that class of machine
   */
  public record Ended(Optional<TrialRow> base, TrialRow head) {}

  /**
   * @param what was not compared and why, such as {@code different data set}
   */
  public record Incomparable(TrialRow trial, String what) {}

  /**
   * @param pairs of runs of one commit
   * @param images compared, over all pairs and trials
   * @param changed images whose first prediction differs
   */
  public record Noise(int pairs, long images, long changed) {
    /** In percent. */
    public double rate() {
      return 100.0 * changed / images;
    }
  }

  /** What it comes to. */
  public enum Outcome {
    /** Nothing that makes a regression could be compared, which is no success. */
    NOTHING,
    REGRESSION,
    /** No regression, but trials of the head did not end well. */
    FAILED,
    /** No regression. */
    CLEAR
  }

  public Outcome outcome() {
    if (!broken.isEmpty() || trials.stream().anyMatch(trial -> trial.isWorse(criteria))) {
      return Outcome.REGRESSION;
    }
    if (comparesNothing()) {
      return Outcome.NOTHING;
    }
    return failing.isEmpty() ? Outcome.CLEAR : Outcome.FAILED;
  }

  /**
   * Whether no metric that may make a regression was compared. Parameters are known without
   * measuring, so they count only where nothing else is asked for.
   */
  public boolean comparesNothing() {
    boolean onlyParameters = criteria.regressions().equals(Set.of(Metric.PARAMS));
    return trials.stream()
        .flatMap(trial -> trial.changes().stream())
        .map(Change::metric)
        .filter(metric -> onlyParameters || metric != Metric.PARAMS)
        .noneMatch(criteria.regressions()::contains);
  }

  /** Every trial that is named in it. */
  public Stream<TrialRow> rows() {
    return Stream.of(
            trials.stream().map(TrialComparison::head),
            Stream.of(broken, mended, failing).flatMap(List::stream).map(Ended::head),
            appeared.stream(),
            disappeared.stream(),
            incomparable.stream().map(Incomparable::trial))
        .flatMap(rows -> rows);
  }

  /** How many metrics of how many trials came to a verdict. */
  public long count(Verdict verdict) {
    return trials.stream()
        .flatMap(trial -> trial.changes().stream())
        .filter(change -> change.verdict() == verdict)
        .count();
  }
}
