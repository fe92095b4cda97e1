package io.tokensweep.sweep;

import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * What a gate lets pass.
 *
 * @param alpha chance, at most, of a verdict better or worse if nothing changed
 * @param metrics that make a regression when they are worse, by their keys, in the order of the
 *     file
 * @param exceptions regressions that are let pass for a while
 */
public record Policy(double alpha, Map<String, Limits> metrics, List<Allowance> exceptions) {
  public Policy {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    exceptions = List.copyOf(exceptions);
  }

  /**
   * In the unit of the metric's change; empty for its own.
   *
   * @param minimumEffect smaller changes are no regression
   * @param sameWithin changes that are surely within this are called the same
   */
  public record Limits(OptionalDouble minimumEffect, OptionalDouble sameWithin) {}

  /**
   * An exception.
   *
   * @param place where it stands, for messages
   * @param trial name or id of trials, in which {@code *} is any text
   * @param metric key, or {@code *} for every metric
   * @param until last day on which it holds
   * @param reason in words
   */
  public record Allowance(
      String place, String trial, String metric, LocalDate until, String reason) {
    /** Whether it is about a metric of a trial. */
    public boolean covers(String name, String trialId, String key) {
      return (metric.equals("*") || metric.equals(key)) && (fits(name) || fits(trialId));
    }

    private boolean fits(String text) {
      return Pattern.matches(Pattern.quote(trial).replace("*", "\\E.*\\Q"), text);
    }
  }
}
