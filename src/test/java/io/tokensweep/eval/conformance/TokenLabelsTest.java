package io.tokensweep.eval.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TokenLabelsTest {
  private static final TokenLabels START = TokenLabels.ofPatches(6);

  @Test
  void followsSwappedTokensThroughSites() {
    TokenLabels first = START.after(new int[] {5, 1, 2}, new int[] {5, 2, 1}, OptionalInt.of(3));
    assertTrue(first.sameTokens());
    assertArrayEquals(new int[] {0, 2, 1, 3}, first.recordedIndices());
    assertArrayEquals(new int[] {5, 2, 1, -3}, first.recordedOrigins());
    TokenLabels second = first.after(new int[] {3, 1}, new int[] {3, 2}, OptionalInt.of(6));
    assertTrue(second.sameTokens());
    assertArrayEquals(new int[] {-3, 1, -6}, second.recordedOrigins());
  }

  @Test
  void noticesOtherTokens() {
    assertFalse(START.after(new int[] {0, 1}, new int[] {0, 2}, OptionalInt.empty()).sameTokens());
  }

  @Test
  void fusedAtTheFirstBlockIsNotPatchZero() {
    TokenLabels labels = START.after(new int[] {0}, new int[] {0}, OptionalInt.of(0));
    assertArrayEquals(new int[] {0, -1}, labels.ours());
    assertArrayEquals(new int[] {0, 0}, labels.recordedOrigins());
  }
}
