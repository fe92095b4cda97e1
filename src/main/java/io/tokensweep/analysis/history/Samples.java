package io.tokensweep.analysis.history;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;

/**
 * Values of one metric, each with the place of its commit and the number of its run. Of a commit
 * only those count that were timed together with most trials: in a session of few, code is less
 * warm.
 */
final class Samples {
  private int size;
  private int[] places = new int[4];
  private int[] runs = new int[4];
  private int[] companies = new int[4];
  private double[] values = new double[4];

  /**
   * @param run numbers grow with time
   * @param company how many trials the run timed; all equal if that does not matter
   * @param value what is not finite is left out
   */
  void add(int place, int run, int company, double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    if (size == places.length) {
      places = Arrays.copyOf(places, 2 * size);
      runs = Arrays.copyOf(runs, 2 * size);
      companies = Arrays.copyOf(companies, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    places[size] = place;
    runs[size] = run;
    companies[size] = company;
    values[size++] = value;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * The values of a commit.
   *
   * @param values in the order of the runs
   * @param runs how many they are of
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  record AtCommit(int place, double[] values, int runs) {}

  /** Commit by commit, along the line. */
  void forEachCommit(Consumer<AtCommit> commits) {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.comparingInt((Integer i) -> places[i])
            .thenComparingInt(i -> -companies[i])
            .thenComparingInt(i -> runs[i]));
    for (int from = 0; from < size; ) {
      int place = places[order[from]];
      int company = companies[order[from]];
      int to = from;
      int differentRuns = 0;
      while (to < size && places[order[to]] == place && companies[order[to]] == company) {
        differentRuns += to == from || runs[order[to]] != runs[order[to - 1]] ? 1 : 0;
        to++;
      }
      double[] some = new double[to - from];
      for (int i = from; i < to; i++) {
        some[i - from] = values[order[i]];
      }
      commits.accept(new AtCommit(place, some, differentRuns));
      from = to;
      while (from < size && places[order[from]] == place) {
        from++;
      }
    }
  }
}
