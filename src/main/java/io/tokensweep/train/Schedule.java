package io.tokensweep.train;

/** Linear warm-up, then half a cosine down to zero (Loshchilov and Hutter 2017, one cycle). */
final class Schedule {
  private Schedule() {}

  /**
   * Learning rate of a step.
   *
   * @param step from 0; step {@code warmup - 1} has the full rate, the last step the lowest
   */
  static double learningRate(Recipe recipe, int step) {
    if (step < recipe.warmup()) {
      return recipe.learningRate() * (step + 1) / recipe.warmup();
    }
    double progress = (double) (step - recipe.warmup()) / (recipe.steps() - recipe.warmup());
    return recipe.learningRate() * 0.5 * (1 + StrictMath.cos(StrictMath.PI * progress));
  }
}
