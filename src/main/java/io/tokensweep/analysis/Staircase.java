package io.tokensweep.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The front of some points as a staircase: from the cheapest to the best. A point is on it if no
 * other is at most as costly and at least as good, and better in one of the two; equal points are
 * on it together.
 */
final class Staircase {
  private final double[] costs;
  private final double[] values;
  private final List<Integer> steps = new ArrayList<>();

  /**
   * @param costs of the points; less is better
   * @param values of the points; more is better
   */
  Staircase(double[] costs, double[] values) {
    this.costs = costs;
    this.values = values;
    int best = -1;
    for (int point :
        IntStream.range(0, costs.length)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> costs[i])
                    .thenComparing(Comparator.<Integer>comparingDouble(i -> -values[i]))
                    .thenComparing(Comparator.naturalOrder()))
            .toList()) {
      if (best < 0
          || values[point] > values[best]
          || (values[point] == values[best] && costs[point] == costs[best])) {
        steps.add(point);
        best = point;
      }
    }
  }

  /** Points on the front, by cost. */
  List<Integer> steps() {
    return steps;
  }

  /**
   * The area between the front and a reference, as a share of the rectangle up to the reference and
   * the most that a value can be.
   *
   * @param cost of the reference, whose value is 0
   * @param most of a value
   */
  double hypervolume(double cost, double most) {
    double area = 0;
    for (int i = 0; i < steps.size(); i++) {
      double next = i + 1 < steps.size() ? costs[steps.get(i + 1)] : cost;
      double width = Math.min(next, cost) - costs[steps.get(i)];
      area += Math.max(width, 0) * values[steps.get(i)];
    }
    return area / (cost * most);
  }

  /**
   * Where the front bends most: the point farthest above the line from its first to its last point,
   * both axes scaled to the front. Fewer than three distinct points, or none above the line, have
   * none.
   */
  OptionalInt knee() {
    if (steps.isEmpty()) {
      return OptionalInt.empty();
    }
    int first = steps.get(0);
    int last = steps.get(steps.size() - 1);
    double width = costs[last] - costs[first];
    double height = values[last] - values[first];
    OptionalInt knee = OptionalInt.empty();
    double farthest = 1e-12; // rounding, where points are on the line
    for (int point : steps) {
      double above =
          (values[point] - values[first]) / height - (costs[point] - costs[first]) / width;
      if (above > farthest) {
        farthest = above;
        knee = OptionalInt.of(point);
      }
    }
    return knee;
  }
}
