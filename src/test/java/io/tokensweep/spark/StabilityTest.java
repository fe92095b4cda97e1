package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Warm-up ends when the last three batches are within a tenth of each other. */
class StabilityTest {
  @Test
  void threeBatchesAreNeeded() {
    assertFalse(Stability.isReached(List.of()));
    assertFalse(Stability.isReached(List.of(1.0, 1.0)));
    assertTrue(Stability.isReached(List.of(1.0, 1.0, 1.0)));
  }

  @Test
  void aTenthIsTheLimit() {
    assertTrue(Stability.isReached(List.of(1.0, 1.09, 1.05)));
    assertFalse(Stability.isReached(List.of(1.0, 1.11, 1.05)));
  }

  @Test
  void onlyTheLastBatchesCount() {
    assertTrue(Stability.isReached(List.of(9.0, 3.0, 1.0, 1.05, 1.0)));
    assertFalse(Stability.isReached(List.of(1.0, 1.0, 1.0, 9.0)));
    assertFalse(Stability.isReached(List.of(4.0, 2.0, 1.0)), "still getting faster");
  }
}
