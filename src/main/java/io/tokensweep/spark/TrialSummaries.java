package io.tokensweep.spark;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.store.UnitCommit.ThroughputSample;
import io.tokensweep.sweep.CanonicalJson;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Turns what the units of a run left into one row for each trial. Sums are added in the order of
 * the units, so the rows do not depend on who finished first. It holds one set of sums for each
 * trial, however many units there are.
 */
final class TrialSummaries {
  private final String runId;
  private final Measure measure;
  private final long imagesFailed;
  private final Map<String, QualitySums> quality = new HashMap<>();
  private final Map<String, List<ThroughputSample>> throughput = new HashMap<>();
  private double macs;
  private double macsComputed;

  /**
   * @param imagesFailed images of the data set that could not be decoded
   * @param units every unit of the run, in the order of the plan; gone through once, so they need
   *     not be in memory together
   */
  TrialSummaries(String runId, Measure measure, long imagesFailed, Iterable<UnitCommit> units) {
    this.runId = runId;
    this.measure = measure;
    this.imagesFailed = imagesFailed;
    units.forEach(this::add);
  }

  private void add(UnitCommit unit) {
    macsComputed += unit.macsComputed();
    for (UnitCommit.QualityTotals totals : unit.quality()) {
      macs += totals.macs();
    }
    unit.quality()
        .forEach(
            totals ->
                quality.computeIfAbsent(totals.trialId(), absent -> new QualitySums()).add(totals));
    unit.throughput()
        .forEach(
            sample ->
                throughput
                    .computeIfAbsent(sample.trialId(), absent -> new ArrayList<>())
                    .add(sample));
  }

  /** Multiply-accumulates of all trials, each on its own. */
  double macs() {
    return macs;
  }

  /** Those really computed, layers shared. */
  double macsComputed() {
    return macsComputed;
  }

  TrialRow row(Trial trial) {
    String id = trial.id().value();
    Optional<QualitySums> quality = Optional.ofNullable(this.quality.get(id));
    List<ThroughputSample> timings = throughput.getOrDefault(id, List.of());
    Optional<String> qualityError = quality.flatMap(QualitySums::error);
    Optional<String> timingError = first(timings.stream().map(ThroughputSample::error));
    Optional<TrialRow.Quality> measured =
        qualityError.isPresent()
            ? Optional.empty()
            : quality.map(
                sums -> sums.row(trial, imagesFailed, measure.quality().orElseThrow().batchSize()));
    Optional<TimingSummary> summary =
        timings.isEmpty() || timingError.isPresent()
            ? Optional.empty()
            : Optional.of(timing(trial, timings));
    Optional<TrialRow.Throughput> timed = summary.map(TimingSummary::throughput);
    Optional<String> failure = qualityError.or(() -> timingError);
    if (failure.isPresent()) {
      return row(trial, TrialRow.Status.FAILED, failure, measured, timed);
    }
    Optional<String> problem = notFinite(quality).or(() -> summary.flatMap(TimingSummary::problem));
    return problem.isPresent()
        ? row(trial, TrialRow.Status.INVALID, problem, measured, timed)
        : row(trial, TrialRow.Status.OK, Optional.empty(), measured, timed);
  }

  private static Optional<String> notFinite(Optional<QualitySums> sums) {
    return sums.filter(any -> any.notFinite() > 0)
        .map(any -> "logits of %d images are not finite".formatted(any.notFinite()));
  }

  /** With what was timed of the unreduced network in the same rounds. */
  private TimingSummary timing(Trial trial, List<ThroughputSample> timings) {
    String baseline = Trial.unreduced(trial.setting()).id().value();
    return new TimingSummary(
        trial.precision(),
        timings,
        throughput.getOrDefault(baseline, List.of()),
        notFinite(Optional.ofNullable(quality.get(baseline))).isEmpty());
  }

  private static Optional<String> first(Stream<String> errors) {
    return errors.filter(error -> !error.isEmpty()).findFirst();
  }

  private TrialRow row(
      Trial trial,
      TrialRow.Status status,
      Optional<String> error,
      Optional<TrialRow.Quality> quality,
      Optional<TrialRow.Throughput> throughput) {
    return new TrialRow(
        runId, trial.id().value(), configuration(trial), status, error, quality, throughput);
  }

  /** A trial that nothing was measured of, in no run. */
  static TrialRow unmeasured(Trial trial) {
    return new TrialRow(
        "",
        trial.id().value(),
        configuration(trial),
        TrialRow.Status.OK,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static TrialRow.Configuration configuration(Trial trial) {
    return new TrialRow.Configuration(
        trial.model().architecture().name(),
        trial.model().checkpoint().sha256().orElse(""),
        trial.model().modules().sha256(),
        trial.setting().data(),
        CanonicalJson.of(trial.setting().transform().canonical()),
        trial.model().positionEmbedding().filterName(),
        trial.method(),
        CanonicalJson.of(trial.parameters().values()),
        trial.keepRate(),
        trial.resolution(),
        trial.precision().key(),
        trial.sites(),
        trial.model().architecture().parameters());
  }
}
