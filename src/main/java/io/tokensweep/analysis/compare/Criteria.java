package io.tokensweep.analysis.compare;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;

/**
 * When a difference counts.
 *
 * @param alpha chance, at most, of any verdict better or worse if nothing changed
 * @param power chance with which the number of sessions that is recommended would decide
 * @param minimumEffects instead of a metric's own, in its unit
 * @param sameWithin likewise
 * @param regressions metrics that make a regression when they are worse
 */
public record Criteria(
    double alpha,
    double power,
    Map<Metric, Double> minimumEffects,
    Map<Metric, Double> sameWithin,
    Set<Metric> regressions) {
  /** What is used unless something else is asked for. */
  public static final Criteria USUAL =
      new Criteria(
          0.05,
          0.8,
          Map.of(),
          Map.of(),
          Set.of(
              Metric.TOP1,
              Metric.TOP5,
              Metric.LOSS,
              Metric.MACS,
              Metric.PARAMS,
              Metric.THROUGHPUT,
              Metric.LATENCY,
              Metric.MEMORY));

  public Criteria {
    if (!(alpha > 0 && alpha < 0.5) || !(power > 0.5 && power < 1)) {
      throw new IllegalArgumentException("alpha %s, power %s".formatted(alpha, power));
    }
    minimumEffects = Map.copyOf(minimumEffects);
    sameWithin = Map.copyOf(sameWithin);
    regressions = Set.copyOf(regressions);
  }

  double minimumEffect(Metric metric) {
    return minimumEffects.getOrDefault(metric, metric.minimumEffect());
  }

  /** A verdict, with what counts as the same where that was tested: same within 3 %. */
  public String words(Change change) {
    Metric metric = change.metric();
    return change.verdict() == Verdict.SAME && metric.kind() != Metric.Kind.EXACT
        ? "%s within %s %s"
            .formatted(
                change.verdict().word(),
                BigDecimal.valueOf(sameWithin(metric)).stripTrailingZeros().toPlainString(),
                metric.unit())
        : change.verdict().word();
  }

  /** Changes that are surely within this are called the same, in the metric's unit of a change. */
  public double sameWithin(Metric metric) {
    return sameWithin.getOrDefault(metric, metric.sameWithin());
  }
}
