package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.core.Linear;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Sinkhorn (Haurum et al. 2022; JoakimHaurum/TokenReduction "sinkhorn"; methods.md, 6.14). Ahead of
 * a block the unit patch tokens x̂ = x/‖x‖ are transported to c = floor(η^l·N0) trained unit
 * centres V: Z = V·x̂ᵀ/ε is scaled to uniform marginals in the log domain, W = exp(Z + u + v)·(c +
 * N), and W·x̂ goes on.
 */
final class Sinkhorn implements Method {
  private static final String CENTRES = "v";

  /** Vectors shorter than this are not made any longer, as in the official code. */
  private static final float SHORTEST = 1e-12f;

  @Override
  public String name() {
    return "sinkhorn";
  }

  @Override
  public String source() {
    return "Haurum et al. 2022 in JoakimHaurum/TokenReduction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Real("eps", 1, 0.001, 1000, "what the scores are divided by"),
        new Parameter.Whole("iterations", 3, 0, 1000, "scalings of rows and columns"));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    long width = placement.architecture().width();
    return ClusterLayers.weights(
        placement, stage -> Map.of(CENTRES, List.of((long) placement.powerCount(stage), width)));
  }

  @Override
  public List<String> weightPrefixes() {
    return List.of(ClusterLayers.PREFIX);
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    double eps = parameters.real("eps");
    int iterations = (int) parameters.whole("iterations");
    return placement.atSites(
        stage -> new Transport(stage, placement.powerCount(stage), eps, iterations));
  }

  private record Transport(int stage, int clusters, double eps, int iterations)
      implements SoftAssignment {
    /** Scores and sums. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      return 2L * clusters * patches * architecture.width();
    }

    @Override
    public Mixture mixture(NDArray patches, Site site) {
      NDArray unit = unit(Casts.wide(patches));
      NDArray scores =
          Linear.linear(unit, unitCentres(site, patches.getManager())).singletonOrThrow();
      return new Mixture(weights(scores.transpose(0, 2, 1).div(eps)), unit);
    }

    /** Uniform marginals of 1/(c + N); u from the rows, then v from the columns. */
    private NDArray weights(NDArray z) {
      double all = z.getShape().get(1) + z.getShape().get(2);
      double marginal = -Math.log(all);
      NDArray withV = z;
      NDArray withBoth = z;
      for (int iteration = 0; iteration < iterations; iteration++) {
        NDArray u = logSumExp(withV, 2).neg().add(marginal);
        NDArray v = logSumExp(z.add(u), 1).neg().add(marginal);
        withV = z.add(v);
        withBoth = withV.add(u);
      }
      return withBoth.exp().mul(all);
    }

    private static NDArray logSumExp(NDArray x, int axis) {
      int[] axes = {axis};
      NDArray largest = x.max(axes, true);
      return x.sub(largest).exp().sum(axes, true).log().add(largest);
    }

    private NDArray unitCentres(Site site, NDManager manager) {
      NDArray centres = site.weight(ClusterLayers.name(stage, CENTRES));
      NDArray view = centres.reshape(centres.getShape());
      view.attach(manager); // so that what is computed from it ends with the tokens
      return unit(Casts.wide(view));
    }

    private static NDArray unit(NDArray x) {
      int last = x.getShape().dimension() - 1;
      return x.div(x.norm(new int[] {last}, true).maximum(SHORTEST));
    }
  }
}
