package io.tokensweep.reduction;

import io.tokensweep.model.Architecture;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * What a sweep tells a method about one trial.
 *
 * @param architecture the backbone
 * @param resolution in pixels
 * @param sites 0-based blocks, ascending, each inside the network
 * @param keepRate η in (0, 1]; empty for methods that do not use it
 */
public record Placement(
    Architecture architecture, int resolution, List<Integer> sites, OptionalDouble keepRate) {
  public Placement {
    sites = List.copyOf(sites);
  }

  /** η of a method that uses it. */
  public double rate() {
    return keepRate.orElseThrow(() -> new IllegalArgumentException("a keep rate is needed"));
  }

  /** N0, the patch tokens of an image ahead of any reduction. */
  public int patches() {
    return architecture.patches(resolution);
  }

  /** One reduction at each site, made from the site's rank 0, 1, 2, … */
  public SortedMap<Integer, Reduction> atSites(IntFunction<Reduction> reduction) {
    SortedMap<Integer, Reduction> map = new TreeMap<>();
    for (int stage = 0; stage < sites.size(); stage++) {
      map.put(sites.get(stage), reduction.apply(stage));
    }
    return map;
  }
}
