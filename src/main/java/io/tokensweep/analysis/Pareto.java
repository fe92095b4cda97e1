package io.tokensweep.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The front of points whose cost is minimised and whose value is maximised. A point is dominated if
 * another is at most as costly and at least as good, and better in one of the two; equal points
 * survive together.
 */
public final class Pareto {
  private Pareto() {}

  /**
   * @param dominator a point of the front that dominates this one: the best that costs less, else
   *     the best of the same cost; empty on the front
   */
  public record Placing<T>(T item, Optional<T> dominator) {
    public boolean onFront() {
      return dominator.isEmpty();
    }
  }

  private record Point<T>(int index, T item, double cost, double value) {}

  /**
   * Places every item, in the order given; O(n log n).
   *
   * @throws IllegalArgumentException if a cost or value is NaN
   */
  public static <T> List<Placing<T>> place(
      List<T> items, ToDoubleFunction<? super T> cost, ToDoubleFunction<? super T> value) {
    List<Point<T>> points = new ArrayList<>(items.size());
    for (T item : items) {
      points.add(
          new Point<>(
              points.size(),
              item,
              number(cost.applyAsDouble(item)),
              number(value.applyAsDouble(item))));
    }
    List<Placing<T>> placings = new ArrayList<>(items.stream().map(Pareto::front).toList());
    points.sort(
        Comparator.<Point<T>>comparingDouble(Point::cost)
            .thenComparing(Comparator.<Point<T>>comparingDouble(Point::value).reversed()));
    Optional<Point<T>> champion = Optional.empty();
    for (Point<T> point : points) {
      if (champion.isEmpty() || point.value() > champion.get().value()) {
        champion = Optional.of(point);
      } else if (!equal(point, champion.get())) {
        placings.set(
            point.index(), new Placing<>(point.item(), Optional.of(champion.get().item())));
      }
    }
    return List.copyOf(placings);
  }

  private static <T> Placing<T> front(T item) {
    return new Placing<>(item, Optional.empty());
  }

  private static <T> boolean equal(Point<T> first, Point<T> second) {
    return first.cost() == second.cost() && first.value() == second.value();
  }

  /** Adding zero turns -0.0, which sorts before 0.0, into 0.0. */
  private static double number(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("a cost or value is not a number");
    }
    return value + 0.0;
  }
}
