package io.tokensweep.reduction;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The unreduced network: the baseline of every comparison. */
final class None implements Method {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public String source() {
    return "unreduced backbone";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public boolean usesKeepRate() {
    return false;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    return Collections.unmodifiableSortedMap(new TreeMap<>());
  }
}
