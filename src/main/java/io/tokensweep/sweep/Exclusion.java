package io.tokensweep.sweep;

import io.tokensweep.reduction.ParameterValues;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A rule that leaves trials out: those for which every key has one of its values.
 *
 * @param models names; empty for any, like the following
 * @param parameters values by the name of a parameter; a method without it is not matched
 */
record Exclusion(
    Set<String> models,
    Set<String> methods,
    Set<Double> keepRates,
    Set<Integer> resolutions,
    Set<Precision> precisions,
    Set<List<Integer>> sites,
    Map<String, Set<Object>> parameters) {

  boolean matches(Trial trial) {
    return matches(
        trial.setting(), trial.method(), trial.parameters(), trial.keepRate(), trial.sites());
  }

  /**
   * As {@link #matches(Trial)} for what may be no trial, because the method is not defined there.
   */
  boolean matches(
      Setting setting,
      String method,
      ParameterValues values,
      OptionalDouble keepRate,
      List<Integer> blocks) {
    return any(models, setting.model().architecture().name())
        && any(methods, method)
        && (keepRates.isEmpty() || (keepRate.isPresent() && any(keepRates, keepRate.getAsDouble())))
        && any(resolutions, setting.resolution())
        && any(precisions, setting.precision())
        && any(sites, blocks)
        && parameters.entrySet().stream()
            .allMatch(
                rule -> {
                  Object value = values.values().get(rule.getKey());
                  return value != null && rule.getValue().contains(value);
                });
  }

  private static <T> boolean any(Set<T> allowed, T value) {
    return allowed.isEmpty() || allowed.contains(value);
  }
}
