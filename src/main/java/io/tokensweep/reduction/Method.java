package io.tokensweep.reduction;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * A token-reduction method: its name, its parameters, and the reductions that it puts into a
 * network. Stateless; what a trial needs is in the reductions.
 */
public interface Method {
  /** Name in sweep files and tables, lower case. */
  String name();

  /** Paper or official repository, in a few words. */
  String source();

  List<Parameter> parameters();

  /**
   * Names of parameters that this method gained after results were stored. At their default they
   * are no part of a trial's identity, so that those results are still found.
   */
  default Set<String> laterParameters() {
    return Set.of();
  }

  /** Whether the sweep's keep rates are an axis of this method. */
  boolean usesKeepRate();

  /** The reduction of each block that has one; every other block runs as it is. */
  SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters);
}
