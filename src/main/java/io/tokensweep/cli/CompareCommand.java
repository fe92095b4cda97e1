package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.Comparer;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Criteria;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.Side;
import io.tokensweep.analysis.compare.Sides;
import io.tokensweep.report.CompareHtml;
import io.tokensweep.report.CompareReport;
import io.tokensweep.report.JunitReport;
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
import picocli.CommandLine.Parameters;

/** {@code compare BASE HEAD}: is anything of the head worse? */
@Command(
    name = "compare",
    description = {
      "Compares two commits trial by trial. BASE and HEAD are a run id (or several of one commit, with commas), 'latest', a commit, a branch,"
          + " a tag, or 'latest on BRANCH'; all runs of a commit are pooled.",
      "Exit code: 0 no regression, 1 a regression, 3 no regression but failed trials, 4 nothing could"
          + " be compared."
    },
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "BASE", description = "What it was.")
  private String base;

  @Parameters(index = "1", paramLabel = "HEAD", description = "What it is.")
  private String head;

  @Option(
      names = "--alpha",
      paramLabel = "P",
      defaultValue = "0.05",
      description =
          "Chance, at most, of any verdict but the same if nothing changed (default:"
              + " ${DEFAULT-VALUE}).")
  private double alpha;

  @Option(
      names = "--min-effect",
      paramLabel = "METRIC=X",
      description =
          "Smaller changes are no regression; in percent, of top1 and top5 in points, of loss in"
              + " nats.")
  private Map<String, Double> minimumEffects = Map.of();

  @Option(
      names = "--same-within",
      paramLabel = "METRIC=X",
      description = "Changes that are surely within this are called the same.")
  private Map<String, Double> sameWithin = Map.of();

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "METRIC",
      description =
          "Metrics that make a regression when they are worse (default: all but diversity).")
  private List<String> metrics = List.of();

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Git repository in which branches and tags are looked up (default: this one).")
  private Path repository;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Write Markdown too.")
  private Optional<Path> markdown;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a page too.")
  private Optional<Path> html;

  @Option(names = "--junit", paramLabel = "FILE", description = "Write JUnit XML too.")
  private Optional<Path> junit;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    Criteria criteria = criteria();
    ResultStore store = ResultStore.existing(options.results());
    Sides sides = new Sides(store, new GitRepository(repository));
    Side first = sides.find(base);
    Side second = sides.find(head);
    Comparison comparison = Comparer.compare(store, first, second, criteria);
    markdown.ifPresent(
        file -> OutputFiles.write("--markdown", file, CompareReport.markdown(comparison)));
    html.ifPresent(file -> OutputFiles.write("--html", file, CompareHtml.page(comparison)));
    junit.ifPresent(file -> OutputFiles.write("--junit", file, JunitReport.xml(comparison)));
    if (options.json()) {
      System.err.print(CompareReport.text(comparison));
      System.out.println(CompareReport.json(comparison));
    } else {
      System.out.print(CompareReport.text(comparison));
    }
    return switch (comparison.outcome()) {
      case CLEAR -> ExitCode.DONE;
      case REGRESSION -> ExitCode.REGRESSION;
      case FAILED -> ExitCode.FAILED_TRIALS;
      case NOTHING -> ExitCode.NOTHING_MEASURED;
    };
  }

  private Criteria criteria() {
    if (!(alpha > 0 && alpha < 0.5)) {
      throw new InvalidInputException(
          "--alpha: found %s, allowed is above 0 and below 0.5".formatted(alpha));
    }
    Set<Metric> regressions = EnumSet.noneOf(Metric.class);
    for (String key : metrics) {
      Metric metric = MetricOption.parse("--metrics", key);
      if (metric.better() == Metric.Better.NEITHER) {
        throw new InvalidInputException(
            "--metrics: found '%s', which is told and never worse; allowed are all others"
                .formatted(key));
      }
      regressions.add(metric);
    }
    return new Criteria(
        alpha,
        Criteria.USUAL.power(),
        byMetric("--min-effect", minimumEffects),
        byMetric("--same-within", sameWithin),
        regressions.isEmpty() ? Criteria.USUAL.regressions() : regressions);
  }

  private static Map<Metric, Double> byMetric(String option, Map<String, Double> values) {
    Map<Metric, Double> byMetric = new EnumMap<>(Metric.class);
    values.forEach(
        (key, value) -> {
          if (!(value >= 0 && Double.isFinite(value))) {
            throw new InvalidInputException(
                "%s: %s is %s, allowed is 0 and more".formatted(option, key, value));
          }
          byMetric.put(MetricOption.parse(option, key), value);
        });
    return byMetric;
  }
}
