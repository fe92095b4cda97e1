package io.tokensweep.analysis.compare;

import io.tokensweep.store.TrialRow.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of a difference before a verdict.
 *
 * @param base value of that side, in the metric's own unit
 * @param head likewise
 * @param effect head less base in the unit of a change, with its 95 % interval
 * @param equivalence interval that has to lie within what counts as the same
 * @param p raw, two-sided; empty if nothing was tested: counted, equal, or too few sessions
 * @param sample of both sides; empty if the metric is not timed
 */
record Evidence(
    Metric metric,
    double base,
    double head,
    Interval effect,
    Interval equivalence,
    OptionalDouble p,
    Optional<Sample> sample) {

  /**
   * @param repeats what a value is one of
   * @param base number of values
   * @param head likewise
   * @param deviation of a value within a side, in the unit of a change
   */
  record Sample(Repeats repeats, int base, int head, double deviation) {
    int fewer() {
      return Math.min(base, head);
    }
  }

  /** Of something that is counted. */
  static Evidence counted(Metric metric, double base, double head) {
    double percent = base == head ? 0 : 100 * (head / base - 1);
    Interval exact = new Interval(percent, percent, percent);
    return new Evidence(metric, base, head, exact, exact, OptionalDouble.empty(), Optional.empty());
  }

  boolean isZero() {
    return base == head && effect.low() == 0 && effect.high() == 0;
  }
}
