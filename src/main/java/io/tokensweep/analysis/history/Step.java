package io.tokensweep.analysis.history;

import io.tokensweep.analysis.compare.Verdict;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A change of a series that stays.
 *
 * @param before the last commit that was measured before it
 * @param after the first commit that was measured after it
 * @param between commits of the line that lie between these and have no value
 * @param from level before, in the unit of the series
 * @param to level after
 * @param change in the unit of the metric's changes
 * @param p of its test; empty where values are exact, so that any change is one
 * @param verdict better, worse or changed
 */
public record Step(
    Commit before,
    Commit after,
    List<Commit> between,
    double from,
    double to,
    double change,
    OptionalDouble p,
    Verdict verdict) {
  public Step {
    between = List.copyOf(between);
  }
}
