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

  /** Of longer sequences a side ends at one of {@link #ENDS} places, so that time allows it. */
  static final int MOST_FREE = 128;

  /** Places at equal distances, the end of the sequence among them. */
  static final int ENDS = 16;

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
  private static EnergySplit allEnds(double[] values, int least) {
    Best best = new Best(least);
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
      for (int place = least; place <= end - least; place++) {
        double after = within[end] - within[place] - between[place];
        best.offer(place, end, within[place], between[place], after);
      }
    }
    return best.split();
  }

  /** For each end, sums of distances to the values behind a place from a tree: n log n steps. */
  private static EnergySplit someEnds(double[] values, int least) {
    Best best = new Best(least);
    RankTree tree = new RankTree(values);
    double[] within = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      within[i + 1] = within[i] + tree.distances(i);
      tree.add(i);
    }
    for (int part = 1; part <= ENDS; part++) {
      int end = (int) ((long) values.length * part / ENDS);
      tree.clear();
      double after = 0;
      for (int place = end - 1; place >= least; place--) {
        after += tree.distances(place);
        tree.add(place);
        best.offer(place, end, within[place], within[end] - within[place] - after, after);
      }
    }
    return best.split();
  }

  /** The best so far. */
  private static final class Best {
    private final int least;
    private int place;
    private double statistic = Double.NEGATIVE_INFINITY;

    Best(int least) {
      this.least = least;
    }

    /**
     * @param end values of both sides
     * @param before sum of the distances of all pairs before the place
     * @param between likewise across it
     * @param after likewise behind it
     */
    void offer(int at, int end, double before, double between, double after) {
      double left = at;
      double right = (double) end - at;
      if (right < least) {
        return;
      }
      double energy =
          2 * between / (left * right)
              - 2 * before / (left * (left - 1))
              - 2 * after / (right * (right - 1));
      double now = left * right / end * energy;
      if (now > statistic) {
        statistic = now;
        place = at;
      }
    }

    EnergySplit split() {
      return place == 0 ? NONE : new EnergySplit(place, statistic);
    }
  }
}
