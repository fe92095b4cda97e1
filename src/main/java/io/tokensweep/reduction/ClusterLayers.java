package io.tokensweep.reduction;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** What TokenReduction calls the trained weights of its clustering methods. */
final class ClusterLayers {
  /** What all these names begin with. */
  static final String PREFIX = "cluster_layers.";

  private ClusterLayers() {}

  /** Name of a weight at the site of rank 0, 1, 2, … */
  static String name(int stage, String weight) {
    return PREFIX + stage + "." + weight;
  }

  /**
   * The weights of all sites.
   *
   * @param shapes for each site the shapes by name within the site
   */
  static Map<String, List<Long>> weights(
      Placement placement, IntFunction<Map<String, List<Long>>> shapes) {
    Map<String, List<Long>> weights = new TreeMap<>();
    for (int stage = 0; stage < placement.sites().size(); stage++) {
      int rank = stage;
      shapes.apply(rank).forEach((weight, shape) -> weights.put(name(rank, weight), shape));
    }
    return weights;
  }
}
