package io.tokensweep.analysis.compare;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Holm's step-down adjustment (Holm 1979) of the p values of a family of tests. */
final class Holm {
  private Holm() {}

  /**
   * Adjusted values in the order given. Rejecting what is at most alpha keeps the chance of any
   * false rejection in the family at most alpha, whatever depends on what.
   *
   * @throws IllegalArgumentException if a value is not between 0 and 1
   */
  static double[] adjusted(double[] p) {
    List<Integer> order =
        IntStream.range(0, p.length).boxed().sorted(Comparator.comparingDouble(i -> p[i])).toList();
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int rank = 0; rank < p.length; rank++) {
      double value = p[order.get(rank)];
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("p is " + value);
      }
      largest = Math.max(largest, Math.min(1, (p.length - rank) * value));
      adjusted[order.get(rank)] = largest;
    }
    return adjusted;
  }
}
