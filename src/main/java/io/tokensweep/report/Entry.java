package io.tokensweep.report;

import io.tokensweep.analysis.Pareto;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Throughput;
import io.tokensweep.store.TrialRow.Timing;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A trial among those that it is compared with.
 *
 * @param name of the trial
 * @param series name of the trials that differ in the keep rate only
 * @param baseline the same network without reduction, on the same data
 * @param placing on the accuracy–MACs front; empty if its accuracy was not measured
 */
record Entry(
    TrialRow trial,
    String name,
    String series,
    Optional<TrialRow> baseline,
    Optional<Pareto.Placing<TrialRow>> placing) {

  static final String BASELINE = "none";

  boolean isBaseline() {
    return isBaseline(trial);
  }

  static boolean isBaseline(TrialRow trial) {
    return trial.configuration().method().equals(BASELINE);
  }

  boolean onFront() {
    return placing.isPresent() && placing.get().onFront();
  }

  /** Accuracy and what goes with it, if the trial is fit to be compared by it. */
  static Optional<Quality> comparable(TrialRow trial) {
    return trial
        .quality()
        .filter(
            quality ->
                trial.status() == TrialRow.Status.OK
                    && Double.isFinite(quality.top1().value())
                    && quality.images() > 0);
  }

  static Optional<Throughput> timed(TrialRow trial) {
    return trial
        .throughput()
        .filter(
            throughput ->
                trial.status() == TrialRow.Status.OK
                    && Double.isFinite(throughput.imagesPerSecond().value()));
  }

  Optional<Quality> quality() {
    return comparable(trial);
  }

  Optional<Throughput> throughput() {
    return timed(trial);
  }

  Optional<Quality> baselineQuality() {
    return baseline.flatMap(Entry::comparable);
  }

  /** MACs in percent of the baseline's. */
  OptionalDouble macsShare() {
    if (quality().isEmpty() || baselineQuality().isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(100.0 * quality().get().macs() / baselineQuality().get().macs());
  }

  /** Top-1 less the baseline's in percentage points, if both saw the same number of images. */
  OptionalDouble top1Change() {
    if (quality().isEmpty()
        || baselineQuality().isEmpty()
        || quality().get().images() != baselineQuality().get().images()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        quality().get().top1().value() - baselineQuality().get().top1().value());
  }

  /**
   * Throughput over that of the unreduced network, as timed in the same rounds; in results of a
   * schema before 1.2 over the baseline's median, if both were timed in the same run and way.
   */
  OptionalDouble speedUp() {
    Optional<Interval> ratio = ratio();
    return ratio.isPresent() ? OptionalDouble.of(ratio.get().value()) : ratioOfMedians();
  }

  /** Throughput over that of the unreduced network with its interval. */
  Optional<Interval> ratio() {
    return timing().flatMap(Timing::ratio).filter(ratio -> Double.isFinite(ratio.value()));
  }

  /** What throughput has since schema 1.2. */
  Optional<Timing> timing() {
    return throughput().flatMap(Throughput::timing);
  }

  private OptionalDouble ratioOfMedians() {
    Optional<Throughput> base = baseline.flatMap(Entry::timed);
    if (throughput().isEmpty()
        || base.isEmpty()
        || !trial.runId().equals(baseline.get().runId())
        || throughput().get().batchSize() != base.get().batchSize()
        || throughput().get().threads() != base.get().threads()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        throughput().get().imagesPerSecond().value() / base.get().imagesPerSecond().value());
  }
}
