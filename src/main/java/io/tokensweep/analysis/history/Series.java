package io.tokensweep.analysis.history;

import io.tokensweep.analysis.compare.Metric;
import java.util.List;

/**
 * One metric of one trial on one class of machine, measured in one way.
 *
 * @param machine product names and engine build
 * @param setup batch size and threads
 * @param unit of its values
 * @param exact whether equal code gives equal values, so that every change is a step
 * @param points in the order of the commits
 * @param steps in the order of the commits
 */
public record Series(
    String trialId,
    String machine,
    Metric metric,
    String setup,
    String unit,
    boolean exact,
    List<Point> points,
    List<Step> steps) {
  public Series {
    points = List.copyOf(points);
    steps = List.copyOf(steps);
  }

  /** The points that are tested. */
  List<Point> clean() {
    return points.stream().filter(point -> !point.dirty()).toList();
  }
}
