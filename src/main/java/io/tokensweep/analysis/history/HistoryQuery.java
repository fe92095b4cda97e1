package io.tokensweep.analysis.history;

import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked for.
 *
 * @param repository that gives the order of the commits
 * @param tip revision whose first parents are followed
 * @param required whether it is an error if there is no such repository or revision
 * @param since a day or a commit to begin with
 * @param metrics that are shown
 * @param trials beginnings of ids, or words of their method; empty for all
 * @param minimumEffects instead of a metric's own, in its unit
 */
public record HistoryQuery(
    GitRepository repository,
    String tip,
    boolean required,
    Optional<String> since,
    Set<Metric> metrics,
    List<String> trials,
    Map<Metric, Double> minimumEffects,
    Detection detection) {
  public HistoryQuery {
    metrics = Set.copyOf(metrics);
    trials = List.copyOf(trials);
    minimumEffects = Map.copyOf(minimumEffects);
  }

  double minimumEffect(Metric metric) {
    return minimumEffects.getOrDefault(metric, metric.minimumEffect());
  }
}
