package io.tokensweep.analysis.gate;

import io.tokensweep.analysis.compare.Criteria;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.sweep.Policy;
import io.tokensweep.sweep.PolicyFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Policies as far as they are about metrics. */
public final class Policies {
  private Policies() {}

  /**
   * Reads a policy.
   *
   * @throws io.tokensweep.InvalidInputException naming what in it cannot be used, an exception that
   *     ended among it
   */
  public static Policy read(Path file) {
    return PolicyFile.read(file, metrics(), keys(), LocalDate.now(Clock.systemUTC()));
  }

  /** Everything that can be accepted: metrics, and that a trial does not end well. */
  public static Set<String> keys() {
    Set<String> keys = metrics();
    keys.add(Finding.STATUS);
    return keys;
  }

  /** Those that can be worse, in the order of {@link Metric}. */
  private static Set<String> metrics() {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.better() != Metric.Better.NEITHER)
        .map(Metric::key)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** When a difference counts. */
  public static Criteria criteria(Policy policy) {
    Map<Metric, Double> minimum = new EnumMap<>(Metric.class);
    Map<Metric, Double> same = new EnumMap<>(Metric.class);
    policy
        .metrics()
        .forEach(
            (key, limits) ->
                metric(key)
                    .ifPresent(
                        metric -> {
                          limits.minimumEffect().ifPresent(value -> minimum.put(metric, value));
                          limits.sameWithin().ifPresent(value -> same.put(metric, value));
                        }));
    return new Criteria(
        policy.alpha(),
        Criteria.USUAL.power(),
        minimum,
        same,
        policy.metrics().keySet().stream()
            .flatMap(key -> metric(key).stream())
            .collect(Collectors.toSet()));
  }

  static Optional<Metric> metric(String key) {
    return Arrays.stream(Metric.values()).filter(metric -> metric.key().equals(key)).findFirst();
  }
}
