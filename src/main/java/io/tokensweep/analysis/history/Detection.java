package io.tokensweep.analysis.history;

import io.tokensweep.InvalidInputException;

/**
 * How change points are looked for.
 *
 * @param alpha chance that a series without a change shows one
 * @param permutations with which each is tested, at most
 * @param least points of a segment
 * @param seed of the permutations
 */
public record Detection(double alpha, int permutations, int least, long seed) {
  /** What is used unless something else is asked for. */
  public static final Detection USUAL = new Detection(0.01, 199, 3, 1);

  /** Fewer points have no distance to each other. */
  private static final int LEAST = 2;

  private static final int MOST_PERMUTATIONS = 1_000_000;

  public Detection {
    if (!(alpha > 0 && alpha < 0.5)) {
      throw new InvalidInputException(
          "alpha: found %s, allowed is above 0 and below 0.5".formatted(alpha));
    }
    if (permutations < 1 || permutations > MOST_PERMUTATIONS) {
      throw new InvalidInputException(
          "permutations: found %d, allowed are 1 to %d".formatted(permutations, MOST_PERMUTATIONS));
    }
    if (alpha * (permutations + 1) < 1) {
      throw new InvalidInputException(
          "permutations: found %d, at alpha %s at least %d are needed"
              .formatted(permutations, alpha, (int) Math.ceil(1 / alpha) - 1));
    }
    if (least < LEAST) {
      throw new InvalidInputException(
          "min-segment: found %d, allowed are %d and more".formatted(least, LEAST));
    }
  }

  /** Permutations that may look like the observed order or more so, for it to be a change. */
  int mostExceeding() {
    double rounding = 1e-9; // of alpha times a whole number
    return (int) Math.floor(alpha * (permutations + 1) + rounding) - 1;
  }
}
