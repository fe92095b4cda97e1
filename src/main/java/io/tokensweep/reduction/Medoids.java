package io.tokensweep.reduction;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * K-medoids of the tokens of one image, numbered as {@link Gram} has them: again and again every
 * token joins its nearest medoid, and the cheapest token of each cluster becomes its medoid. Ties
 * go to the lower cluster and the lower token.
 *
 * @param medoids a token for each cluster; several clusters may have the same
 * @param cluster of each token, by its nearest medoid
 */
@SuppressWarnings("ArrayRecordComponent") // made and used within one step, never compared
record Medoids(int[] medoids, int[] cluster) {

  /** What makes a token a bad medoid of its cluster. */
  enum Cost {
    /**
     * w_i · Σ_j d_ij over all tokens, as TokenReduction has it: a low weight is favoured. The
     * medoid of an empty cluster becomes token 0.
     */
    AS_CODED,
    /** Σ_j w_j · d_ij over the tokens of the cluster. An empty cluster keeps its medoid. */
    NATURAL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param weights w of each token
   * @param first the medoids to begin with
   */
  static Medoids of(double[][] distances, float[] weights, int[] first, int iterations, Cost cost) {
    int[] medoids = first;
    for (int iteration = 0; iteration < iterations; iteration++) {
      medoids = update(distances, weights, medoids, cost);
    }
    return new Medoids(medoids, assign(distances, medoids));
  }

  /** Distances of all pairs. */
  static double[][] distances(Gram gram) {
    double[][] distances = new double[gram.count()][gram.count()];
    for (int i = 0; i < distances.length; i++) {
      for (int j = 0; j < i; j++) {
        distances[i][j] = Math.sqrt(gram.squaredDistance(i, j));
        distances[j][i] = distances[i][j];
      }
    }
    return distances;
  }

  /**
   * Each next medoid is the token, not chosen yet, that is farthest from any that is (as
   * TokenReduction has it: from the one that it is farthest from).
   */
  static int[] farthest(double[][] distances, int first, int count) {
    int[] medoids = new int[count];
    medoids[0] = first;
    double[] far = distances[first].clone();
    boolean[] chosen = new boolean[far.length];
    for (int k = 1; k < count; k++) {
      chosen[medoids[k - 1]] = true;
      int next = 0;
      for (int i = 0; i < far.length; i++) {
        far[i] = chosen[i] ? 0 : Math.max(far[i], distances[i][medoids[k - 1]]);
        next = far[i] > far[next] ? i : next;
      }
      medoids[k] = next;
    }
    return medoids;
  }

  private static int[] assign(double[][] distances, int[] medoids) {
    int[] cluster = new int[distances.length];
    for (int i = 0; i < cluster.length; i++) {
      for (int c = 1; c < medoids.length; c++) {
        if (distances[i][medoids[c]] < distances[i][medoids[cluster[i]]]) {
          cluster[i] = c;
        }
      }
    }
    return cluster;
  }

  private static int[] update(double[][] distances, float[] weights, int[] medoids, Cost cost) {
    int[] all = IntStream.range(0, distances.length).toArray();
    float[] one = new float[all.length];
    Arrays.fill(one, 1);
    int[] updated = new int[medoids.length];
    int c = 0;
    for (int[] members : Clusters.members(all, assign(distances, medoids), medoids.length)) {
      double least = Double.POSITIVE_INFINITY;
      updated[c] = cost == Cost.AS_CODED ? 0 : medoids[c];
      for (int i : members) {
        double value =
            switch (cost) {
              case AS_CODED -> weights[i] * sum(distances[i], one, all);
              case NATURAL -> sum(distances[i], weights, members);
            };
        if (value < least) {
          least = value;
          updated[c] = i;
        }
      }
      c++;
    }
    return updated;
  }

  private static double sum(double[] distances, float[] weights, int[] tokens) {
    double sum = 0;
    for (int j : tokens) {
      sum += weights[j] * distances[j];
    }
    return sum;
  }
}
