package io.tokensweep.eval;

import io.tokensweep.reduction.Reduction;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What tells one trial of a group from another while it runs.
 *
 * @param trialId names the trial
 * @param sites the reduction of each block that has one
 * @param diversityBlock the block after whose reduction diversity is measured
 */
public record Variant(String trialId, SortedMap<Integer, Reduction> sites, int diversityBlock) {
  public Variant {
    sites = Collections.unmodifiableSortedMap(new TreeMap<>(sites));
  }

  /** The reduction of a block if it is of the given kind. */
  <R extends Reduction> Optional<R> at(int block, Class<R> kind) {
    return Reduction.at(sites, block, kind);
  }
}
