package io.tokensweep.analysis;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Spearman's rank correlation over trials between the means of two per-image values, with the
 * percentile interval of a bootstrap over images: every replicate draws images with replacement,
 * the same ones for all trials and both values. The trials are taken as given.
 *
 * @param rho between -1 and 1; NaN if one of the two is the same in all trials
 * @param low 2.5th percentile over the replicates in which it is defined; NaN if there is none
 * @param high 97.5th percentile
 */
public record RankCorrelation(double rho, double low, double high) {
  /** Fewer trials have no rank correlation worth a name. */
  public static final int LEAST_TRIALS = 3;

  /**
   * @param x for each trial a value for each image
   * @param y as {@code x}
   * @throws IllegalArgumentException if there are fewer than three trials, or no images
   */
  public static RankCorrelation of(double[][] x, double[][] y, int replicates, long seed) {
    if (x.length < LEAST_TRIALS || x[0].length == 0) {
      throw new IllegalArgumentException(
          "needs at least %d trials and an image".formatted(LEAST_TRIALS));
    }
    int images = x[0].length;
    Random random = new Random(seed);
    double[] draws = new double[replicates];
    int[] count = new int[images];
    for (int replicate = 0; replicate < replicates; replicate++) {
      Arrays.fill(count, 0);
      for (int i = 0; i < images; i++) {
        count[random.nextInt(images)]++;
      }
      draws[replicate] = spearman(means(x, count), means(y, count));
    }
    int[] once = new int[images];
    Arrays.fill(once, 1);
    double[] defined = Arrays.stream(draws).filter(draw -> !Double.isNaN(draw)).toArray();
    Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
    percentile.setData(defined);
    return new RankCorrelation(
        spearman(means(x, once), means(y, once)),
        defined.length == 0 ? Double.NaN : percentile.evaluate(2.5),
        defined.length == 0 ? Double.NaN : percentile.evaluate(97.5));
  }

  private static double[] means(double[][] values, int[] count) {
    double[] means = new double[values.length];
    for (int trial = 0; trial < values.length; trial++) {
      double sum = 0;
      for (int i = 0; i < count.length; i++) {
        sum += count[i] * values[trial][i];
      }
      means[trial] = sum / count.length;
    }
    return means;
  }

  private static double spearman(double[] x, double[] y) {
    return new SpearmansCorrelation().correlation(x, y);
  }
}
