package io.tokensweep.analysis.compare;

import io.tokensweep.store.TrialRow.Interval;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One metric of one trial on two sides.
 *
 * @param base value of that side, in the metric's own unit
 * @param head likewise
 * @param effect head less base with its 95 % interval, in the metric's unit of a change
 * @param p raw, two-sided; empty if nothing was tested
 * @param adjusted by Holm over all tests of the comparison
 * @param repeated how often it was measured; empty if the metric is not timed
 */
public record Change(
    Metric metric,
    double base,
    double head,
    Interval effect,
    OptionalDouble p,
    OptionalDouble adjusted,
    Verdict verdict,
    Optional<Repeated> repeated) {
  /**
   * @param times that the side with fewer has
   * @param needed on each side to decide; empty if it is decided
   */
  public record Repeated(Repeats repeats, int times, OptionalInt needed) {
    /** Such as "5 sessions a side". */
    public String eachSide() {
      return "%d %s a side".formatted(times, repeats.word());
    }

    /** Such as "12 sessions"; empty if it is decided, or if no number would do. */
    public Optional<String> wouldDecide() {
      return needed.isPresent()
          ? Optional.of("%d %s".formatted(needed.getAsInt(), repeats.word()))
          : Optional.empty();
    }
  }
}
