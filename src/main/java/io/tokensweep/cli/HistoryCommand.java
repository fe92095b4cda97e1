package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.history.Detection;
import io.tokensweep.analysis.history.Historian;
import io.tokensweep.analysis.history.History;
import io.tokensweep.analysis.history.HistoryQuery;
import io.tokensweep.report.HistoryHtml;
import io.tokensweep.report.HistoryReport;
import io.tokensweep.store.ResultStore;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code history}: since which commit is it as it is? */
@Command(
    name = "history",
    description = {
      "Puts every metric of every trial in the order of the commits and looks for steps.",
      "Exit code: 0 done, 4 nothing was measured along these commits."
    },
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
  private static final String HERE = ".";

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      description =
          "Git repository whose first parents give the order (default: this one; by time if it has"
              + " none of the commits).")
  private Optional<Path> repository;

  @Option(
      names = "--branch",
      paramLabel = "REVISION",
      defaultValue = "HEAD",
      description = "Whose first parents are followed (default: ${DEFAULT-VALUE}).")
  private String branch;

  @Option(
      names = "--since",
      paramLabel = "DAY|COMMIT",
      description = "Begin here: 2026-01-31, or a commit, tag or branch of the history.")
  private Optional<String> since;

  @Option(
      names = "--metric",
      split = ",",
      paramLabel = "METRIC",
      description = "Only these: ${COMPLETION-CANDIDATES}.",
      completionCandidates = MetricOption.Keys.class)
  private List<String> metrics = List.of();

  @Option(
      names = "--trial",
      split = ",",
      paramLabel = "ID|METHOD",
      description = "Only these: beginnings of trial ids, or methods.")
  private List<String> trials = List.of();

  @Option(
      names = "--min-effect",
      paramLabel = "METRIC=X",
      description =
          "Smaller steps are none; in percent, of top1 and top5 in points, of loss in nats.")
  private Map<String, Double> minimumEffects = Map.of();

  @Option(
      names = "--alpha",
      paramLabel = "P",
      defaultValue = "0.01",
      description =
          "Chance that a series without a change shows a step (default: ${DEFAULT-VALUE}).")
  private double alpha;

  @Option(
      names = "--permutations",
      paramLabel = "N",
      defaultValue = "199",
      description = "With which each step is tested, at most (default: ${DEFAULT-VALUE}).")
  private int permutations;

  @Option(
      names = "--min-segment",
      paramLabel = "N",
      defaultValue = "3",
      description = "Fewest commits between two tested steps (default: ${DEFAULT-VALUE}).")
  private int least;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the permutations (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--csv", paramLabel = "FILE", description = "Write every point as CSV.")
  private Optional<Path> csv;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a page with charts.")
  private Optional<Path> html;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    HistoryQuery query =
        new HistoryQuery(
            new GitRepository(repository.orElse(Path.of(HERE))),
            branch,
            repository.isPresent(),
            since,
            metrics(),
            trials,
            minimumEffects(),
            new Detection(alpha, permutations, least, seed));
    History history = Historian.of(ResultStore.existing(options.results()), query);
    csv.ifPresent(file -> OutputFiles.write("--csv", file, HistoryReport.csv(history)));
    html.ifPresent(file -> OutputFiles.write("--html", file, HistoryHtml.render(history)));
    if (options.json()) {
      System.err.print(HistoryReport.text(history));
      System.out.println(HistoryReport.json(history));
    } else {
      System.out.print(HistoryReport.text(history));
    }
    return history.series().isEmpty() ? ExitCode.NOTHING_MEASURED : ExitCode.DONE;
  }

  private Set<Metric> metrics() {
    Set<Metric> chosen = EnumSet.noneOf(Metric.class);
    metrics.forEach(key -> chosen.add(MetricOption.parse("--metric", key)));
    return chosen.isEmpty() ? EnumSet.allOf(Metric.class) : chosen;
  }

  private Map<Metric, Double> minimumEffects() {
    Map<Metric, Double> byMetric = new EnumMap<>(Metric.class);
    minimumEffects.forEach(
        (key, value) -> {
          if (!(value >= 0 && Double.isFinite(value))) {
            throw new InvalidInputException(
                "--min-effect: %s is %s, allowed is 0 and more".formatted(key, value));
          }
          byMetric.put(MetricOption.parse("--min-effect", key), value);
        });
    return byMetric;
  }
}
