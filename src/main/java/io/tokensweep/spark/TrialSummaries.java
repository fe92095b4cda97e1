package io.tokensweep.spark;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.store.UnitCommit.QualityTotals;
import io.tokensweep.store.UnitCommit.ThroughputSample;
import io.tokensweep.store.Wilson;
import io.tokensweep.sweep.CanonicalJson;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Trial;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns what the units of a run left into one row for each trial. Sums are added in the order of
 * the units, so the rows do not depend on who finished first.
 */
final class TrialSummaries {
  private final String runId;
  private final Measure measure;
  private final long imagesFailed;
  private final Map<String, List<QualityTotals>> quality;
  private final Map<String, List<ThroughputSample>> throughput;

  /**
   * @param imagesFailed images of the data set that could not be decoded
   * @param units every unit of the run, in the order of the plan
   */
  TrialSummaries(String runId, Measure measure, long imagesFailed, List<UnitCommit> units) {
    this.runId = runId;
    this.measure = measure;
    this.imagesFailed = imagesFailed;
    this.quality =
        units.stream()
            .flatMap(unit -> unit.quality().stream())
            .collect(Collectors.groupingBy(QualityTotals::trialId));
    this.throughput =
        units.stream()
            .flatMap(unit -> unit.throughput().stream())
            .collect(Collectors.groupingBy(ThroughputSample::trialId));
  }

  TrialRow row(Trial trial) {
    String id = trial.id().value();
    List<QualityTotals> quality = this.quality.getOrDefault(id, List.of());
    List<ThroughputSample> timings = throughput.getOrDefault(id, List.of());
    Optional<String> qualityError = first(quality.stream().map(QualityTotals::error));
    Optional<String> timingError = first(timings.stream().map(ThroughputSample::error));
    Optional<TrialRow.Quality> measured =
        quality.isEmpty() || qualityError.isPresent()
            ? Optional.empty()
            : Optional.of(quality(trial, quality));
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

  private static Optional<String> notFinite(List<QualityTotals> units) {
    long images = units.stream().mapToLong(QualityTotals::notFinite).sum();
    return images > 0
        ? Optional.of("logits of %d images are not finite".formatted(images))
        : Optional.empty();
  }

  /** With what was timed of the unreduced network in the same rounds. */
  private TimingSummary timing(Trial trial, List<ThroughputSample> timings) {
    String baseline = Trial.unreduced(trial.setting()).id().value();
    return new TimingSummary(
        trial.precision(),
        timings,
        throughput.getOrDefault(baseline, List.of()),
        notFinite(quality.getOrDefault(baseline, List.of())).isEmpty());
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

  private TrialRow.Quality quality(Trial trial, List<QualityTotals> units) {
    long images = 0;
    long correct1 = 0;
    long correct5 = 0;
    double loss = 0;
    double macs = 0;
    double macsOverhead = 0;
    double medoid = 0;
    double median = 0;
    double medoidNorm = 0;
    double medianNorm = 0;
    long[] left = new long[trial.model().architecture().depth()];
    BigInteger digest = BigInteger.ZERO;
    for (QualityTotals unit : units) {
      images += unit.images();
      correct1 += unit.correct1();
      correct5 += unit.correct5();
      loss += unit.loss();
      macs += unit.macs();
      macsOverhead += unit.macsOverhead();
      medoid += unit.diversityMedoid();
      median += unit.diversityMedian();
      medoidNorm += unit.diversityMedoidNorm();
      medianNorm += unit.diversityMedianNorm();
      for (int block = 0; block < left.length; block++) {
        left[block] += unit.left().get(block);
      }
      digest = PredictionDigest.add(digest, new BigInteger(unit.digest(), 16));
    }
    List<Double> tokens = new ArrayList<>();
    for (long sum : left) {
      tokens.add((double) sum / images);
    }
    return new TrialRow.Quality(
        images,
        imagesFailed,
        correct1,
        correct5,
        Wilson.percent(correct1, images),
        Wilson.percent(correct5, images),
        loss / images,
        Math.round(macs / images),
        OptionalLong.of(Math.round(macsOverhead / images)),
        tokens,
        new TrialRow.Diversity(
            medoid / images, median / images, medoidNorm / images, medianNorm / images),
        trial.diversityBlock(),
        measure.quality().orElseThrow().batchSize(),
        PredictionDigest.hex(digest));
  }
}
