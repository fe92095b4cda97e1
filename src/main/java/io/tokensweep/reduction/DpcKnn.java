package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * DPC-KNN, the clustering of TCFormer (JoakimHaurum/TokenReduction "dpcknn"; methods.md, 6.12).
 * Ahead of a block all patch tokens become c = floor(η^l·N0) density-peak clusters, in descending
 * order of their centres' scores. A cluster is Σ w_j·x_j / (Σ w_j + 1e-6) with w_j =
 * exp(Linear(x_j)) of a trained layer, or w_j = 1. The official code breaks ties of the density
 * with noise; here the lower token comes first.
 */
public final class DpcKnn implements Method {
  private static final String EQUAL_WEIGHT = "equal_weight";
  private static final String NEIGHBOURS = "neighbours";
  private static final String SCORE = "score";

  /** Added to the sum of weights of a cluster. */
  private static final double EPSILON = 1e-6;

  @Override
  public String name() {
    return "dpcknn";
  }

  @Override
  public String source() {
    return "Zeng et al. 2022 in JoakimHaurum/TokenReduction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Whole(
            NEIGHBOURS, 5, 1, 10_000, "nearest tokens of the density, the token itself included"),
        new Parameter.Flag(
            EQUAL_WEIGHT, false, "tokens of a cluster weigh the same, and nothing is trained"));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    if (parameters.flag(EQUAL_WEIGHT)) {
      return Map.of();
    }
    long width = placement.architecture().width();
    return ClusterLayers.weights(placement, stage -> TrainedLayers.linearWeights(SCORE, width, 1));
  }

  @Override
  public List<String> weightPrefixes() {
    return List.of(ClusterLayers.PREFIX);
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    int neighbours = (int) parameters.whole(NEIGHBOURS);
    boolean equal = parameters.flag(EQUAL_WEIGHT);
    return placement.atSites(
        stage ->
            new MergeClusters(
                placement.powerCount(stage),
                neighbours,
                equal ? OptionalInt.empty() : OptionalInt.of(stage)));
  }

  /**
   * The merge alone.
   *
   * @param logWeights logarithm of each patch token's weight, all images after each other
   * @param neighbours nearest tokens of the density
   * @param clusters c; an image with fewer patch tokens has as many clusters as tokens
   */
  public static Tokens merge(Tokens tokens, float[] logWeights, int neighbours, int clusters) {
    List<int[]> images = RealPatches.of(tokens);
    List<Gram> grams = Gram.of(tokens.patchFeatures(), images);
    List<List<Group>> leaving = new ArrayList<>(images.size());
    for (int image = 0; image < images.size(); image++) {
      int[] patches = images.get(image);
      int count = Math.min(clusters, patches.length);
      DensityPeaks peaks =
          DensityPeaks.of(grams.get(image), neighbours, count, DensityPeaks.Reading.DPC_KNN);
      int from = image * tokens.patches();
      leaving.add(
          Clusters.members(patches, peaks.cluster(), count).stream()
              .map(members -> weighted(members, logWeights, from))
              .toList());
    }
    return Regrouping.apply(tokens, leaving);
  }

  private static Group weighted(int[] members, float[] logWeights, int from) {
    double[] weights =
        Arrays.stream(members).mapToDouble(j -> Math.exp(logWeights[from + j])).toArray();
    double sum = Arrays.stream(weights).sum() + EPSILON;
    Arrays.setAll(weights, i -> weights[i] / sum);
    return new Group.Sum(members, members, weights);
  }

  /**
   * @param scorer rank of the site whose trained scores weigh the tokens; empty for equal weights
   */
  private record MergeClusters(int clusters, int neighbours, OptionalInt scorer)
      implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(n -> Math.min(n, clusters));
    }

    /** Distances of all pairs, and the scores. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      long products = (long) patches * patches + (scorer.isPresent() ? patches : 0);
      return products * architecture.width();
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      return merge(tokens, logWeights(tokens, site), neighbours, clusters);
    }

    private float[] logWeights(Tokens tokens, Site site) {
      if (scorer.isEmpty()) {
        return new float[tokens.batch() * tokens.patches()];
      }
      String name = ClusterLayers.name(scorer.getAsInt(), SCORE);
      NDArray scores = TrainedLayers.linear(site, name, tokens.patchFeatures());
      return Casts.wide(scores).toFloatArray();
    }
  }
}
