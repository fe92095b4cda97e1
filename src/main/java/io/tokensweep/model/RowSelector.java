package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses inside attention which tokens go on: only their rows of the attention matrix are
 * multiplied with the values, against all keys (ATS, Fayyaz et al. 2022).
 */
public interface RowSelector {
  /** What {@link #select} reads. */
  Set<Need> needs();

  /** The rows that go on. */
  Rows select(Tokens tokens, AttentionView attention);

  /**
   * @param indices tokens to keep in output order, (B, K) int64, specials first
   * @param active 1 for a real row, 0 for padding, (B, K); empty if every image keeps K tokens
   */
  record Rows(NDArray indices, Optional<NDArray> active) {}
}
