package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PatchMerger (Renggli et al. 2022; JoakimHaurum/TokenReduction "patchmerger"; methods.md, 6.15).
 * Ahead of a block c = floor(η^l·N0) trained queries Q read the patch tokens: y = LN(x), and what
 * goes on is softmax(Q·yᵀ)·y, over the tokens, without 1/√D and without residual.
 */
final class PatchMerger implements Method {
  private static final String QUERIES = "queries";
  private static final String NORM = "norm";

  /** PyTorch's for a LayerNorm that is given none. */
  static final double EPSILON = 1e-5;

  @Override
  public String name() {
    return "patchmerger";
  }

  @Override
  public String source() {
    return "Renggli et al. 2022 in JoakimHaurum/TokenReduction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    long width = placement.architecture().width();
    return ClusterLayers.weights(
        placement,
        stage -> {
          Map<String, List<Long>> weights = new TreeMap<>(TrainedLayers.normWeights(NORM, width));
          weights.put(QUERIES, List.of((long) placement.powerCount(stage), width));
          return weights;
        });
  }

  @Override
  public List<String> weightPrefixes() {
    return List.of(ClusterLayers.PREFIX);
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    return placement.atSites(stage -> new Query(stage, placement.powerCount(stage)));
  }

  private record Query(int stage, int clusters) implements SoftAssignment {
    /** Scores and sums. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      return 2L * clusters * patches * architecture.width();
    }

    @Override
    public Mixture mixture(NDArray patches, Site site) {
      NDArray normed = TrainedLayers.layerNorm(site, name(NORM), patches, EPSILON);
      NDArray scores = Linear.linear(normed, site.weight(name(QUERIES))).singletonOrThrow();
      return new Mixture(Casts.wide(scores).softmax(1).transpose(0, 2, 1), normed);
    }

    private String name(String layer) {
      return ClusterLayers.name(stage, layer);
    }
  }
}
