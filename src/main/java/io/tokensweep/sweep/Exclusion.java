package io.tokensweep.sweep;

import java.util.List;
import java.util.Map;
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
    return any(models, trial.model().architecture().name())
        && any(methods, trial.method())
        && (keepRates.isEmpty()
            || (trial.keepRate().isPresent() && any(keepRates, trial.keepRate().getAsDouble())))
        && any(resolutions, trial.resolution())
        && any(precisions, trial.precision())
        && any(sites, trial.sites())
        && parameters.entrySet().stream()
            .allMatch(
                rule -> {
                  Object value = trial.parameters().values().get(rule.getKey());
                  return value != null && rule.getValue().contains(value);
                });
  }

  private static <T> boolean any(Set<T> allowed, T value) {
    return allowed.isEmpty() || allowed.contains(value);
  }
}
