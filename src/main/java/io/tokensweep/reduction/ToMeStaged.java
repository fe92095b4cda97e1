package io.tokensweep.reduction;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * ToMe at the sweep's sites only, as JoakimHaurum/TokenReduction compares it at a keep rate: site l
 * = 1, 2, … merges K_{l-1} - K_l pairs with K_l = max(1, floor(η^l·N0)). No site can merge more
 * than half of its tokens, so below η = 0.5 more tokens stay than asked for.
 */
final class ToMeStaged implements Method {
  @Override
  public String name() {
    return "tome_staged";
  }

  @Override
  public String source() {
    return "Bolya et al. 2023 in JoakimHaurum/TokenReduction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(ToMe.PROPORTIONAL);
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    boolean proportional = parameters.flag(ToMe.PROPORTIONAL.name());
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    for (int stage = 0; stage < placement.sites().size(); stage++) {
      int before = stage == 0 ? placement.patches() : placement.powerCount(stage - 1);
      int pairs = before - placement.powerCount(stage);
      if (pairs > 0) {
        sites.put(placement.sites().get(stage), new MergeTokens(pairs, proportional));
      }
    }
    return sites;
  }
}
