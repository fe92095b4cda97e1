package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * SiT, token slimming (Zong et al. 2022; JoakimHaurum/TokenReduction "sit"; methods.md, 6.16).
 * Ahead of a block c = floor(η^l·N0) tokens Wᵀ·x go on, W = softmax over the tokens of scale ·
 * MLP(x). The MLP is LN, Linear D → D/2, GELU, Linear D/2 → c.
 */
final class Sit implements Method {
  private static final String SCALE = "scale";
  private static final String NORM = "weight.0";
  private static final String HIDDEN = "weight.1";
  private static final String OUT = "weight.3";

  @Override
  public String name() {
    return "sit";
  }

  @Override
  public String source() {
    return "Zong et al. 2022 in JoakimHaurum/TokenReduction";
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
    long hidden = width / 2;
    return ClusterLayers.weights(
        placement,
        stage -> {
          long clusters = placement.powerCount(stage);
          Map<String, List<Long>> weights = new TreeMap<>();
          weights.put(SCALE, List.of(1L, 1L, 1L));
          weights.putAll(TrainedLayers.normWeights(NORM, width));
          weights.putAll(TrainedLayers.linearWeights(HIDDEN, width, hidden));
          weights.putAll(TrainedLayers.linearWeights(OUT, hidden, clusters));
          return weights;
        });
  }

  @Override
  public List<String> weightPrefixes() {
    return List.of(ClusterLayers.PREFIX);
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    return placement.atSites(stage -> new Slim(stage, placement.powerCount(stage)));
  }

  private record Slim(int stage, int clusters) implements SoftAssignment {
    /** The MLP and the sums. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      long width = architecture.width();
      long hidden = width / 2;
      return patches * (width * hidden + hidden * clusters + clusters * width);
    }

    @Override
    public Mixture mixture(NDArray patches, Site site) {
      NDArray normed = TrainedLayers.layerNorm(site, name(NORM), patches, PatchMerger.EPSILON);
      NDArray hidden = Activation.gelu(TrainedLayers.linear(site, name(HIDDEN), normed));
      NDArray scores = TrainedLayers.linear(site, name(OUT), hidden);
      NDArray weights = Casts.wide(scores.mul(site.weight(name(SCALE)))).softmax(1);
      return new Mixture(weights.transpose(0, 2, 1), patches);
    }

    private String name(String layer) {
      return ClusterLayers.name(stage, layer);
    }
  }
}
