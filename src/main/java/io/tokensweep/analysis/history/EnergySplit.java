package io.tokensweep.analysis.history;

import java.util.Arrays;

/**
 * Splits a sequence where what lies on both sides differs most, by the energy distance with
 * exponent 1 (Matteson and James 2014, equations 5 to 7). One side begins at the beginning of the
 * sequence and the other ends anywhere, or the same from its end: so steps that are taken back are
 * found, and both directions are alike.
 *
 * @param place values before the split; 0 if the sequence has no place for one
 * @param statistic n m / (n + m) times the energy distance, n and m being the values of the sides
 */
record EnergySplit(int place, double statistic) {
  static final EnergySplit NONE = new EnergySplit(0, Double.NEGATIVE_INFINITY);

  /** Of longer sequences a side ends at one of some places, so that time allows it. */
  static final int MOST_FREE = 128;

  private static final int FEWEST_ENDS = 8;
  private static final int MOST_ENDS = 64;
  private static final int VALUES_AND_ENDS = 80_000;

  /** How many places at equal distances a long sequence has for the end of a side. */
  static int ends(int values) {
    return Math.max(FEWEST_ENDS, Math.min(MOST_ENDS, VALUES_AND_ENDS / values));
  }

  /**
   * The best split.
   *
   * @param values finite
   * @param least values on each side of it, 2 or more
   */
  static EnergySplit best(double[] values, int least) {
    double[] turned = new double[values.length];
    Arrays.setAll(turned, i -> values[values.length - 1 - i]);
    EnergySplit ahead = fromBeginning(values, least);
    EnergySplit back = fromBeginning(turned, least);
    return back.statistic > ahead.statistic
        ? new EnergySplit(values.length - back.place, back.statistic)
        : ahead;
  }

  private static EnergySplit fromBeginning(double[] values, int least) {
    return values.length <= MOST_FREE ? allEnds(values, least) : someEnds(values, least);
  }

  /** Sums of distances grow by those of one more value at the end: n² steps. */
  static EnergySplit allEnds(double[] values, int least) {
    Best best = new Best(values.length);
    double[] within = new double[values.length + 1]; // pairs among the first
    double[] between = new double[values.length + 1]; // pairs of the first and the others
    for (int end = 1; end <= values.length; end++) {
      double last = values[end - 1];
      double sum = 0;
      for (int place = 0; place < end; place++) {
        between[place] += sum;
        sum += Math.abs(values[place] - last);
      }
      within[end] = within[end - 1] + sum;
      best.end(end);
      for (int place = least; place <= end - least; place++) {
        double after = within[end] - within[place] - between[place];
        best.offer(place, within[place], between[place], after);
      }
    }
    return best.split();
  }

  /** For each end, sums of distances to the values behind a place from a tree: n log n steps. */
  private static EnergySplit someEnds(double[] values, int least) {
    Best best = new Best(values.length);
    RankTree tree = new RankTree(values);
    double[] within = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      within[i + 1] = within[i] + tree.distances(i);
      tree.add(i);
    }
    int ends = ends(values.length);
    for (int part = 1; part <= ends; part++) {
      int end = (int) ((long) values.length * part / ends);
      best.end(end);
      tree.clear();
      double after = 0;
      for (int place = end - 1; place >= least; place--) {
        after += tree.distances(place);
        tree.add(place);
        if (place <= end - least) {
          best.offer(place, within[place], within[end] - within[place] - after, after);
        }
      }
    }
    return best.split();
  }

  /**
   * The best so far. With n values before a place and m behind it, and sums b, c and a of the
   * distances of all pairs before, across and behind, the statistic is {@code 2 / (n + m) (c − b m
   * / (n − 1) − a n / (m − 1))}.
   */
  private static final class Best {
    private final double[] inverse;
    private int end;
    private int here;
    private double most;
    private int place;
    private double statistic = Double.NEGATIVE_INFINITY;

    Best(int values) {
      inverse = new double[values + 1];
      Arrays.setAll(inverse, i -> 1.0 / i); // from 1, as least is 2
    }

    /** What is offered from now on has as many values on both sides. */
    void end(int values) {
      keep();
      end = values;
      here = 0;
      most = Double.NEGATIVE_INFINITY;
    }

    void offer(int at, double before, double between, double after) {
      int behind = end - at;
      double now = between - before * behind * inverse[at - 1] - after * at * inverse[behind - 1];
      if (now > most) {
        most = now;
        here = at;
      }
    }

    private void keep() {
      double now = 2 * most / end;
      if (here > 0 && now > statistic) {
        statistic = now;
        place = here;
      }
    }

    EnergySplit split() {
      keep();
      return place == 0 ? NONE : new EnergySplit(place, statistic);
    }
  }
}
