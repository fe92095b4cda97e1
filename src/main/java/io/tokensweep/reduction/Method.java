package io.tokensweep.reduction;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A token-reduction method: its name, its parameters, and the reductions that it puts into a
 * network. Stateless; what a trial needs is in the reductions.
 */
public interface Method {
  /** What stands for {@code blocks.0.}, {@code blocks.1.}, … in {@link #weightPrefixes}. */
  String ANY_BLOCK = "blocks.*.";

  /** Name in sweep files and tables, lower case. */
  String name();

  /** Paper or official repository, in a few words. */
  String source();

  List<Parameter> parameters();

  /** Whether the sweep's keep rates are an axis of this method. */
  boolean usesKeepRate();

  /** As {@link #usesKeepRate()}, for methods that use it with some parameters only. */
  default boolean usesKeepRate(ParameterValues parameters) {
    return usesKeepRate();
  }

  /**
   * Names and shapes of the trained weights that the method adds to those of the backbone, under
   * the names of the official code; {@link Site#weight} gives them at run time.
   */
  default Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    return Map.of();
  }

  /**
   * What the names of all weights begin with that a checkpoint trained for this method can hold.
   * Other methods run on such a checkpoint without them. {@link #ANY_BLOCK} stands for the block of
   * weights that lie in blocks.
   */
  default List<String> weightPrefixes() {
    return List.of();
  }

  /** The reduction of each block that has one; every other block runs as it is. */
  SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters);
}
