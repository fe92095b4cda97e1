package io.tokensweep.analysis.compare;

import io.tokensweep.store.Manifest;
import java.util.List;

/**
 * One side of a comparison: runs of one commit, pooled.
 *
 * @param name as asked for
 * @param runs oldest first, at least one
 */
public record Side(String name, List<Manifest> runs) {
  public Side {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(name + " has no runs");
    }
  }

  /** Of the newest run. */
  public String commit() {
    return runs.get(runs.size() - 1).provenance().gitCommit();
  }

  /** Whether a run was of code that differed from its commit. */
  public boolean isDirty() {
    return runs.stream().anyMatch(run -> run.provenance().gitDirty());
  }
}
