package io.tokensweep.reduction;

import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * K-means of the inattentive tokens. The first centres are those with the highest class attention;
 * each iteration assigns every token to its nearest centre, and a centre becomes the mean of its
 * tokens. The last assignment is merged; a cluster that it left empty gives its centre.
 */
record KMeans(int iterations, WeightedMerge weights) implements Merger {
  /** Distances that differ by less than this share of the squared norms are equal. */
  private static final double NOISE = 1e-13;

  @Override
  public List<List<Group>> merge(Tokens tokens, List<Decoupled> images) {
    List<Gram> grams = Gram.of(tokens.patchFeatures(), images.stream().map(this::rows).toList());
    return IntStream.range(0, images.size())
        .mapToObj(image -> groups(images.get(image), grams.get(image)))
        .toList();
  }

  @Override
  public boolean compares(int clusters) {
    return clusters > 0;
  }

  private int[] rows(Decoupled image) {
    return compares(image.budget().clusters()) ? image.inattentive() : new int[0];
  }

  private List<Group> groups(Decoupled image, Gram gram) {
    int[] tokens = rows(image);
    int[] positions = IntStream.range(0, tokens.length).toArray();
    List<int[]> centres = firstCentres(image, tokens);
    List<int[]> members = centres;
    for (int iteration = 0; iteration < iterations; iteration++) {
      centres = update(centres, members);
      members = Clusters.members(positions, assign(gram, centres), centres.size());
    }
    List<Group> groups = new ArrayList<>(centres.size());
    for (int c = 0; c < centres.size(); c++) {
      int[] own = pick(tokens, members.get(c));
      groups.add(
          own.length == 0
              ? Group.mean(own, pick(tokens, centres.get(c)))
              : weights.of(own, image.classAttention()));
    }
    return groups;
  }

  /** A centre is the mean of some tokens, here given by their positions. */
  private static List<int[]> firstCentres(Decoupled image, int[] tokens) {
    Map<Integer, Integer> position = new HashMap<>();
    for (int i = 0; i < tokens.length; i++) {
      position.put(tokens[i], i);
    }
    return Arrays.stream(image.inattentiveByAttention())
        .limit(image.budget().clusters())
        .mapToObj(token -> new int[] {position.get(token)})
        .toList();
  }

  /** An empty cluster keeps its centre. */
  private static List<int[]> update(List<int[]> centres, List<int[]> members) {
    return IntStream.range(0, centres.size())
        .mapToObj(c -> members.get(c).length == 0 ? centres.get(c) : members.get(c))
        .toList();
  }

  private static int[] assign(Gram gram, List<int[]> centres) {
    double[] norms = centres.stream().mapToDouble(parts -> squaredNorm(gram, parts)).toArray();
    int[] cluster = new int[gram.count()];
    for (int j = 0; j < cluster.length; j++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int c = 0; c < norms.length; c++) {
        double distance = norms[c] - 2 * product(gram, j, centres.get(c)); // less ‖U_j‖²
        if (distance < nearest - NOISE * (norms[c] + gram.product(j, j))) {
          nearest = distance;
          cluster[j] = c;
        }
      }
    }
    return cluster;
  }

  private static double product(Gram gram, int token, int[] parts) {
    double sum = 0;
    for (int part : parts) {
      sum += gram.product(token, part);
    }
    return sum / parts.length;
  }

  private static double squaredNorm(Gram gram, int[] parts) {
    double sum = 0;
    for (int part : parts) {
      sum += product(gram, part, parts);
    }
    return sum / parts.length;
  }

  private static int[] pick(int[] tokens, int[] positions) {
    return Arrays.stream(positions).map(position -> tokens[position]).toArray();
  }
}
