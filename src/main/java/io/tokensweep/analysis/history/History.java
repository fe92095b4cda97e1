package io.tokensweep.analysis.history;

import io.tokensweep.store.TrialRow.Configuration;
import java.util.List;
import java.util.Map;

/**
 * Every metric along the commits.
 *
 * @param trials what they are, by id
 * @param series that have a value
 * @param measured commits of the line that have one
 * @param breaks trials that began to fail, or ceased to
 * @param tooShort tested series that are too short to show any step at this alpha
 * @param warnings one line each
 */
public record History(
    CommitLine line,
    Detection detection,
    Map<String, Configuration> trials,
    List<Series> series,
    int measured,
    List<Break> breaks,
    int tooShort,
    Symmetry symmetry,
    List<String> warnings) {
  public History {
    trials = Map.copyOf(trials);
    series = List.copyOf(series);
    breaks = List.copyOf(breaks);
    warnings = List.copyOf(warnings);
  }

  /** Of all series. */
  public long steps() {
    return series.stream().mapToLong(one -> one.steps().size()).sum();
  }

  /** Series that were tested, since equal code does not give equal values. */
  public long tested() {
    return series.stream().filter(one -> !one.exact()).count();
  }
}
