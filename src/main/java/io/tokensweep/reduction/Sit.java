package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

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
          return Map.of(
              SCALE,
              List.of(1L, 1L, 1L),
              NORM + ".weight",
              List.of(width),
              NORM + ".bias",
              List.of(width),
              HIDDEN + ".weight",
              List.of(hidden, width),
              HIDDEN + ".bias",
              List.of(hidden),
              OUT + ".weight",
              List.of(clusters, hidden),
              OUT + ".bias",
              List.of(clusters));
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
      NDArray normed =
          LayerNorm.layerNorm(
                  patches,
                  new Shape(patches.getShape().get(2)),
                  weight(site, NORM + ".weight"),
                  weight(site, NORM + ".bias"),
                  PatchMerger.EPSILON)
              .singletonOrThrow();
      NDArray scores = linear(Activation.gelu(linear(normed, site, HIDDEN)), site, OUT);
      NDArray weights = Casts.wide(scores.mul(weight(site, SCALE))).softmax(1);
      return new Mixture(weights.transpose(0, 2, 1), patches);
    }

    private NDArray linear(NDArray x, Site site, String name) {
      return Linear.linear(x, weight(site, name + ".weight"), weight(site, name + ".bias"))
          .singletonOrThrow();
    }

    private NDArray weight(Site site, String name) {
      return site.weight(ClusterLayers.name(stage, name));
    }
  }
}
