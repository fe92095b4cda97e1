package io.tokensweep.reduction;

import java.util.function.IntUnaryOperator;

/**
 * The number of patch tokens of one image as far as it is known before any image is seen.
 *
 * @param least fewest patch tokens that an image can have
 * @param most most patch tokens that an image can have; equal to {@code least} for methods that
 *     keep the same number in every image
 */
public record TokenCount(int least, int most) {
  public TokenCount {
    if (least < 0 || most < least) {
      throw new IllegalArgumentException("no token count: %d to %d".formatted(least, most));
    }
  }

  /** The same number in every image. */
  public static TokenCount exactly(int patches) {
    return new TokenCount(patches, patches);
  }

  public boolean isExact() {
    return least == most;
  }

  /** Counts after a rule that never gives more for less. */
  public TokenCount map(IntUnaryOperator rule) {
    return new TokenCount(rule.applyAsInt(least), rule.applyAsInt(most));
  }
}
