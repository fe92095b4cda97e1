package io.tokensweep.reduction;

import java.util.List;
import java.util.SortedMap;

/**
 * Top-K of JoakimHaurum/TokenReduction: EViT without the fused token, by default with that
 * repository's counts.
 */
final class TopK implements Method {
  private static final Parameter COUNTS = KeepCounts.parameter(KeepCounts.Rule.FLOOR_ABSOLUTE);

  @Override
  public String name() {
    return "topk";
  }

  @Override
  public String source() {
    return "JoakimHaurum/TokenReduction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(COUNTS);
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    return Evit.sites(placement, KeepCounts.rule(parameters), false);
  }
}
