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
 * @param counts patch tokens that go on from each site, each at least 1, for methods whose counts
 *     are powers of the rate; empty for these powers
 */
public record Placement(
    Architecture architecture,
    int resolution,
    List<Integer> sites,
    OptionalDouble keepRate,
    List<Integer> counts) {
  public Placement {
    sites = List.copyOf(sites);
    counts = List.copyOf(counts);
    if (!counts.isEmpty() && counts.size() != sites.size()) {
      throw new IllegalArgumentException(
          "%d counts for %d sites".formatted(counts.size(), sites.size()));
    }
    if (counts.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException("a count below 1: " + counts);
    }
  }

  /** As a sweep places a method: its counts come from the keep rate. */
  public Placement(
      Architecture architecture, int resolution, List<Integer> sites, OptionalDouble keepRate) {
    this(architecture, resolution, sites, keepRate, List.of());
  }

  /** η of a method that uses it. */
  public double rate() {
    return keepRate.orElseThrow(() -> new IllegalArgumentException("a keep rate is needed"));
  }

  /** Patch tokens that go on from the site of rank 0, 1, 2, …: max(1, floor(η^(rank+1)·N0)). */
  int powerCount(int stage) {
    return counts.isEmpty()
        ? KeepCounts.floor(rate(), stage + 1, patches())
        : Math.min(counts.get(stage), patches());
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
