package io.tokensweep.eval;

import java.util.Arrays;

/**
 * The l1 distances of each of n tokens to all others, added up, in O(n D) for values that spread
 * evenly. In a column whose values are sorted, the distances of the value of rank r are
 *
 * <pre>
 *   Σ_i |z_i − z_r| = z_r (2r + 1 − n) + Σ_i z_i − 2 Σ_{i &lt; r} z_i − z_r
 * </pre>
 *
 * so one sort of a column serves all tokens, and the median with them. All is exact but for the
 * rounding of sums in fp64.
 */
final class Distances {
  private final int count;
  private final float[] columns;
  private final double[] sums;
  private double median;

  // of the column at work
  private final int[] order;
  private final int[] bucketOf;
  private final int[] starts;

  /**
   * @param z row-major (count, width)
   */
  Distances(float[] z, int count, int width) {
    this.count = count;
    this.columns = columns(z, count, width);
    this.sums = new double[count];
    this.order = new int[count];
    this.bucketOf = new int[count];
    this.starts = new int[count + 1];
    for (int column = 0; column < width && count > 0; column++) {
      sort(column * count);
      add(column * count);
    }
  }

  /** The least sum of distances to one of the tokens; 0 without tokens. */
  double medoid() {
    return Arrays.stream(sums).min().orElse(0);
  }

  /** The sum of distances to each column's lower median. */
  double median() {
    return median;
  }

  /** Column-major, in squares that stay in the cache. */
  private static float[] columns(float[] z, int count, int width) {
    int side = 16;
    float[] columns = new float[z.length];
    for (int firstRow = 0; firstRow < count; firstRow += side) {
      for (int firstColumn = 0; firstColumn < width; firstColumn += side) {
        for (int i = firstRow; i < Math.min(count, firstRow + side); i++) {
          for (int c = firstColumn; c < Math.min(width, firstColumn + side); c++) {
            columns[c * count + i] = z[i * width + c];
          }
        }
      }
    }
    return columns;
  }

  /** Ranks the tokens in {@link #order}: about one token for each bucket, then insertion. */
  private void sort(int from) {
    float least = columns[from];
    float most = columns[from];
    for (int i = from; i < from + count; i++) {
      least = columns[i] < least ? columns[i] : least;
      most = columns[i] > most ? columns[i] : most;
    }
    float scale = (count - 1) / (most - least);
    Arrays.fill(starts, 0);
    for (int i = 0; i < count; i++) {
      int bucket = Math.min((int) ((columns[from + i] - least) * scale), count - 1);
      bucketOf[i] = bucket;
      starts[bucket + 1]++;
    }
    for (int bucket = 1; bucket <= count; bucket++) {
      starts[bucket] += starts[bucket - 1];
    }
    for (int i = 0; i < count; i++) {
      order[starts[bucketOf[i]]++] = i;
    }
    for (int rank = 1; rank < count; rank++) {
      int token = order[rank];
      int free = rank;
      while (free > 0 && columns[from + order[free - 1]] > columns[from + token]) {
        order[free] = order[free - 1];
        free--;
      }
      order[free] = token;
    }
  }

  private void add(int from) {
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += columns[from + i];
    }
    double below = 0;
    for (int rank = 0; rank < count; rank++) {
      double value = columns[from + order[rank]];
      double distances = value * (2 * rank + 1 - count) + (total - 2 * below - value);
      sums[order[rank]] += distances;
      below += value;
      if (rank == (count - 1) / 2) {
        median += distances;
      }
    }
  }
}
