package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Density-peak clustering of the tokens of one image (BAT eqs. 6 and 7; methods.md, 3.3). Centres
 * are dense and far from anything denser. Distances are Euclidean, divided by √D. A {@link Reading}
 * says what the densest token is far from, and which centre a token joins.
 *
 * @param density ρ, exp of minus the mean squared distance to the nearest tokens, itself included
 * @param delta δ, distance to the nearest denser token; for the densest one a largest distance. Of
 *     equal densities that of the lower token counts as higher.
 * @param centres tokens by descending ρ·δ, equal ones ascending
 * @param cluster for each token the index of its centre; each centre is in its own cluster
 */
@SuppressWarnings("ArrayRecordComponent") // read only
public record DensityPeaks(double[] density, double[] delta, int[] centres, int[] cluster) {
  /** Number of neighbours that makes every token a neighbour. */
  public static final int ALL = Integer.MAX_VALUE;

  /** The two rules in which BAT and DPC-KNN differ. */
  public enum Reading {
    /**
     * The densest token's δ is its own largest distance. A token joins the nearest centre that is
     * denser, or the nearest if none is.
     */
    BAT,
    /**
     * TCFormer's: the densest token's δ is the largest distance of any two tokens. A token joins
     * the nearest centre.
     */
    DPC_KNN
  }

  /**
   * Clusters the tokens of each image on their own.
   *
   * @param features (B, n, D)
   * @param neighbours k, the nearest tokens that the density looks at; all if there are fewer
   * @param clusters c, 1 to n
   */
  public static List<DensityPeaks> of(
      NDArray features, int neighbours, int clusters, Reading reading) {
    int count = Math.toIntExact(features.getShape().get(1));
    int[] all = IntStream.range(0, count).toArray();
    List<int[]> rows = Collections.nCopies(Math.toIntExact(features.getShape().get(0)), all);
    return Gram.of(features, rows).stream()
        .map(gram -> of(gram, neighbours, clusters, reading))
        .toList();
  }

  static DensityPeaks of(Gram gram, int neighbours, int clusters, Reading reading) {
    double[][] squared = scaledSquaredDistances(gram);
    double[] density = density(squared, Math.min(neighbours, squared.length));
    double[] delta = delta(squared, density, reading);
    int[] centres = centres(density, delta, clusters);
    return new DensityPeaks(density, delta, centres, assign(squared, density, centres, reading));
  }

  /** ρ·δ of each token, what makes it a centre. */
  public double[] scores() {
    return scores(density, delta);
  }

  private static double[][] scaledSquaredDistances(Gram gram) {
    int count = gram.count();
    double[][] squared = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        squared[i][j] = gram.squaredDistance(i, j) / gram.width();
        squared[j][i] = squared[i][j];
      }
    }
    return squared;
  }

  private static double[] density(double[][] squared, int neighbours) {
    double[] density = new double[squared.length];
    for (int i = 0; i < density.length; i++) {
      density[i] = Math.exp(-sumOfSmallest(squared[i], neighbours) / neighbours);
    }
    return density;
  }

  private static double sumOfSmallest(double[] values, int count) {
    if (count == values.length) {
      return Arrays.stream(values).sum();
    }
    double[] smallest = new double[count];
    Arrays.fill(smallest, Double.POSITIVE_INFINITY);
    for (double value : values) {
      if (value < smallest[count - 1]) {
        int at = count - 1;
        while (at > 0 && smallest[at - 1] > value) {
          smallest[at] = smallest[at - 1];
          at--;
        }
        smallest[at] = value;
      }
    }
    return Arrays.stream(smallest).sum();
  }

  private static boolean isDenser(double[] density, int j, int i) {
    return density[j] > density[i] || (density[j] == density[i] && j < i);
  }

  private static double[] delta(double[][] squared, double[] density, Reading reading) {
    double[] delta = new double[density.length];
    for (int i = 0; i < delta.length; i++) {
      double nearestDenser = Double.POSITIVE_INFINITY;
      for (int j = 0; j < delta.length; j++) {
        if (isDenser(density, j, i)) {
          nearestDenser = Math.min(nearestDenser, squared[i][j]);
        }
      }
      delta[i] =
          Math.sqrt(
              nearestDenser < Double.POSITIVE_INFINITY
                  ? nearestDenser
                  : switch (reading) {
                    case BAT -> largest(squared[i]);
                    case DPC_KNN ->
                        Arrays.stream(squared).mapToDouble(DensityPeaks::largest).max().orElse(0);
                  });
    }
    return delta;
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  private static double[] scores(double[] density, double[] delta) {
    double[] scores = new double[density.length];
    Arrays.setAll(scores, i -> density[i] * delta[i]);
    return scores;
  }

  private static int[] centres(double[] density, double[] delta, int clusters) {
    double[] scores = scores(density, delta);
    boolean[] taken = new boolean[scores.length];
    int[] centres = new int[clusters];
    for (int c = 0; c < clusters; c++) {
      int best = -1;
      for (int i = 0; i < scores.length; i++) {
        if (!taken[i] && (best < 0 || scores[i] > scores[best])) {
          best = i;
        }
      }
      taken[best] = true;
      centres[c] = best;
    }
    return centres;
  }

  private static int[] assign(
      double[][] squared, double[] density, int[] centres, Reading reading) {
    int[] cluster = new int[density.length];
    for (int i = 0; i < cluster.length; i++) {
      int nearest = 0;
      int nearestDenser = -1;
      for (int c = 0; c < centres.length; c++) {
        if (isNearer(squared[i], centres, c, nearest)) {
          nearest = c;
        }
        if (reading == Reading.BAT
            && isDenser(density, centres[c], i)
            && (nearestDenser < 0 || isNearer(squared[i], centres, c, nearestDenser))) {
          nearestDenser = c;
        }
      }
      cluster[i] = nearestDenser < 0 ? nearest : nearestDenser;
    }
    for (int c = 0; c < centres.length; c++) {
      cluster[centres[c]] = c;
    }
    return cluster;
  }

  /** Of equally distant centres the lower token is the nearer. */
  private static boolean isNearer(double[] squared, int[] centres, int c, int other) {
    double difference = squared[centres[c]] - squared[centres[other]];
    return difference < 0 || (difference == 0 && centres[c] < centres[other]);
  }
}
