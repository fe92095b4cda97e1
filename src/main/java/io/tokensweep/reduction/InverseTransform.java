package io.tokensweep.reduction;

import java.util.Arrays;

/** Inverse transform sampling at fixed levels, as ATS chooses its tokens. */
final class InverseTransform {
  private InverseTransform() {}

  /** Running sums of {@code scores}. */
  static double[] cumulative(double[] scores) {
    double[] sums = scores.clone();
    for (int i = 1; i < sums.length; i++) {
      sums[i] += sums[i - 1];
    }
    return sums;
  }

  /**
   * For each level the index of the nearest value, of equally near ones the lowest.
   *
   * @param cumulative ascending
   * @param levels ascending
   * @return the distinct indices, ascending
   */
  static int[] nearest(double[] cumulative, double[] levels) {
    int[] picks = new int[levels.length];
    int nearest = 0;
    for (int k = 0; k < levels.length; k++) {
      double distance = Math.abs(levels[k] - cumulative[nearest]);
      // A higher level has no lower neighbour, and values beyond it are ever farther away.
      for (int j = nearest + 1; j < cumulative.length; j++) {
        double other = Math.abs(levels[k] - cumulative[j]);
        if (other < distance) {
          distance = other;
          nearest = j;
        } else if (cumulative[j] > levels[k]) {
          break;
        }
      }
      picks[k] = nearest;
    }
    return Arrays.stream(picks).distinct().toArray();
  }
}
