package io.tokensweep.analysis.history;

import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.Verdict;
import io.tokensweep.analysis.history.ChangePoints.ChangePoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/** Finds the steps of a series, and drops those that are too small to matter. */
final class StepFinder {
  private final CommitLine line;
  private final HistoryQuery query;
  private final ChangePoints changes;

  StepFinder(CommitLine line, HistoryQuery query) {
    this.line = line;
    this.query = query;
    this.changes = new ChangePoints(query.detection());
  }

  /**
   * A place where a series changes.
   *
   * @param place values before it
   * @param p of its test; empty if there was none
   */
  private record Cut(int place, OptionalDouble p) {}

  /** The same series with its steps. */
  Series withSteps(Series series) {
    List<Point> points = series.clean();
    double[] values = values(series.metric(), points);
    List<Cut> cuts = new ArrayList<>(series.exact() ? everyChange(values) : tested(values));
    dropSmall(cuts, values, series.metric());
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      steps.add(step(series.metric(), points, values, cuts, i));
    }
    return new Series(
        series.trialId(),
        series.machine(),
        series.metric(),
        series.setup(),
        series.unit(),
        series.exact(),
        series.points(),
        steps);
  }

  /** As they are compared: what is timed by its logarithm. */
  static double[] values(Metric metric, List<Point> points) {
    return points.stream()
        .mapToDouble(Point::value)
        .map(value -> isLogarithmic(metric) ? Math.log(value) : value)
        .toArray();
  }

  private static boolean isLogarithmic(Metric metric) {
    return metric.kind() == Metric.Kind.SESSIONS;
  }

  private static List<Cut> everyChange(double[] values) {
    return IntStream.range(1, values.length)
        .filter(i -> values[i] != values[i - 1])
        .mapToObj(i -> new Cut(i, OptionalDouble.empty()))
        .toList();
  }

  private List<Cut> tested(double[] values) {
    return changes.find(values).stream()
        .map(change -> new Cut(change.place(), OptionalDouble.of(change.p())))
        .toList();
  }

  /** Where the changes of a series are that is looked through from its end. */
  int[] backward(Series series) {
    double[] values = values(series.metric(), series.clean());
    double[] turned = new double[values.length];
    Arrays.setAll(turned, i -> values[values.length - 1 - i]);
    return changes.find(turned).stream()
        .mapToInt(change -> values.length - change.place())
        .sorted()
        .toArray();
  }

  /** Where they are from its beginning. */
  int[] forward(Series series) {
    return changes.find(values(series.metric(), series.clean())).stream()
        .mapToInt(ChangePoint::place)
        .toArray();
  }

  /** The smallest first; what lies on both sides of it is one segment then. */
  private void dropSmall(List<Cut> cuts, double[] values, Metric metric) {
    while (!cuts.isEmpty()) {
      int smallest = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < cuts.size(); i++) {
        double size = Math.abs(change(metric, level(values, cuts, i), level(values, cuts, i + 1)));
        if (size < least) {
          least = size;
          smallest = i;
        }
      }
      if (least > 0 && least >= query.minimumEffect(metric)) {
        return;
      }
      cuts.remove(smallest);
    }
  }

  /** The median of a segment. */
  private static double level(double[] values, List<Cut> cuts, int segment) {
    int from = segment == 0 ? 0 : cuts.get(segment - 1).place();
    int to = segment == cuts.size() ? values.length : cuts.get(segment).place();
    return new Percentile().evaluate(Arrays.copyOfRange(values, from, to), 50);
  }

  private static double change(Metric metric, double from, double to) {
    return switch (metric) {
      case TOP1, TOP5, LOSS -> to - from;
      case DIVERSITY, MACS, PARAMS -> from == to ? 0 : 100 * (to / from - 1);
      case THROUGHPUT, LATENCY, MEMORY -> 100 * Math.expm1(to - from);
    };
  }

  private Step step(Metric metric, List<Point> points, double[] values, List<Cut> cuts, int i) {
    Cut cut = cuts.get(i);
    double from = level(values, cuts, i);
    double to = level(values, cuts, i + 1);
    double change = change(metric, from, to);
    Commit before = points.get(cut.place() - 1).commit();
    Commit after = points.get(cut.place()).commit();
    return new Step(
        before,
        after,
        between(before, after),
        isLogarithmic(metric) ? Math.exp(from) : from,
        isLogarithmic(metric) ? Math.exp(to) : to,
        change,
        cut.p(),
        verdict(metric, change));
  }

  private List<Commit> between(Commit before, Commit after) {
    return line.commits().stream()
        .filter(commit -> commit.place() > before.place() && commit.place() < after.place())
        .toList();
  }

  private static Verdict verdict(Metric metric, double change) {
    return switch (metric.better()) {
      case HIGHER -> change > 0 ? Verdict.BETTER : Verdict.WORSE;
      case LOWER -> change < 0 ? Verdict.BETTER : Verdict.WORSE;
      case NEITHER -> Verdict.CHANGED;
    };
  }
}
