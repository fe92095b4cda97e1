package io.tokensweep.analysis.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * E-divisive means (Matteson and James 2014): the best split of any segment is tested against the
 * best splits after the values were permuted within their segments; while it is significant, its
 * segment is cut and the search goes on.
 */
final class ChangePoints {
  /** An order that is as good as the observed one up to rounding counts as exceeding it. */
  private static final double ROUNDING = 1e-9;

  private final Detection detection;

  ChangePoints(Detection detection) {
    this.detection = detection;
  }

  /**
   * A change between two values.
   *
   * @param place values before it
   * @param p of its test
   */
  record ChangePoint(int place, double p) {}

  /** Values that lie together, and where they are best split. */
  private final class Segment {
    private final int from;
    private final int to;
    private final EnergySplit best;

    /**
     * What is put into random orders: the values or, of many, as many quantiles as there may be for
     * an end to be anywhere.
     */
    private final double[] permuted;

    private final SplittableRandom random;

    /** The statistic of each random order; an order that was drawn serves all tests. */
    private final double[] drawn = new double[detection.permutations()];

    private int draws;

    Segment(double[] all, int from, int to, SplittableRandom random) {
      double[] values = Arrays.copyOfRange(all, from, to);
      boolean alike = Arrays.stream(values).distinct().limit(2).count() < 2;
      this.from = from;
      this.to = to;
      this.best = alike ? EnergySplit.NONE : EnergySplit.best(values, detection.least());
      this.permuted = values.length > EnergySplit.MOST_FREE ? quantiles(values) : values;
      this.random = random;
    }

    boolean canBeSplit() {
      return best.place() > 0;
    }

    double drawn(int order) {
      while (draws <= order) {
        shuffle(permuted, random);
        drawn[draws++] = EnergySplit.best(permuted, detection.least()).statistic();
      }
      return drawn[order];
    }
  }

  private static double[] quantiles(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] some = new double[EnergySplit.MOST_FREE];
    Arrays.setAll(some, i -> sorted[(int) ((i + 0.5) / some.length * sorted.length)]);
    return some;
  }

  /**
   * The changes in a sequence, in its order; none in fewer than twice the least values of a
   * segment.
   *
   * @param values finite
   * @throws IllegalArgumentException if one is not
   */
  List<ChangePoint> find(double[] values) {
    if (!Arrays.stream(values).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a value is not finite");
    }
    SplittableRandom random = new SplittableRandom(detection.seed());
    List<ChangePoint> found = new ArrayList<>();
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment(values, 0, values.length, random.split()));
    while (true) {
      List<Segment> open = segments.stream().filter(Segment::canBeSplit).toList();
      if (open.isEmpty()) {
        break;
      }
      Segment best =
          open.stream().max(Comparator.comparingDouble(s -> s.best.statistic())).orElseThrow();
      int exceeding = exceeding(open, best.best.statistic());
      if (exceeding > detection.mostExceeding()) {
        break;
      }
      int place = best.from + best.best.place();
      found.add(new ChangePoint(place, (exceeding + 1.0) / (detection.permutations() + 1.0)));
      segments.remove(best);
      segments.add(new Segment(values, best.from, place, random.split()));
      segments.add(new Segment(values, place, best.to, random.split()));
    }
    found.sort(Comparator.comparingInt(ChangePoint::place));
    return found;
  }

  /** How many permutations have a split as good; no more are made once they are too many. */
  private int exceeding(List<Segment> segments, double observed) {
    int exceeding = 0;
    for (int i = 0; i < detection.permutations() && exceeding <= detection.mostExceeding(); i++) {
      int order = i;
      double most =
          segments.stream().mapToDouble(segment -> segment.drawn(order)).max().orElseThrow();
      exceeding += most >= observed - Math.abs(observed) * ROUNDING ? 1 : 0;
    }
    return exceeding;
  }

  private static void shuffle(double[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double other = values[j];
      values[j] = values[i];
      values[i] = other;
    }
  }
}
