package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.Metric;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** A metric as it is named on the command line. */
final class MetricOption {
  private static final List<String> KEYS = Arrays.stream(Metric.values()).map(Metric::key).toList();

  private MetricOption() {}

  /** What can be named. */
  static final class Keys implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return KEYS.iterator();
    }
  }

  /**
   * @throws InvalidInputException if there is no such metric
   */
  static Metric parse(String option, String key) {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s: found '%s', allowed are %s"
                        .formatted(option, key, String.join(", ", KEYS))));
  }
}
