package io.tokensweep.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  private final Recipe recipe = Recipes.tiny(110, 10, 0);

  @Test
  void risesLinearlyToTheFullRate() {
    assertEquals(0.1 * recipe.learningRate(), Schedule.learningRate(recipe, 0), 1e-15);
    assertEquals(0.5 * recipe.learningRate(), Schedule.learningRate(recipe, 4), 1e-15);
    assertEquals(recipe.learningRate(), Schedule.learningRate(recipe, 9), 1e-15);
  }

  @Test
  void fallsAsHalfACosineAlmostToZero() {
    assertEquals(recipe.learningRate(), Schedule.learningRate(recipe, 10), 1e-15);
    assertEquals(0.5 * recipe.learningRate(), Schedule.learningRate(recipe, 60), 1e-15);
    assertTrue(Schedule.learningRate(recipe, 109) < 1e-3 * recipe.learningRate());
    assertTrue(Schedule.learningRate(recipe, 109) > 0);
  }

  @Test
  void needsNoWarmUp() {
    Recipe cold = Recipes.tiny(10, 0, 0);
    assertEquals(cold.learningRate(), Schedule.learningRate(cold, 0), 1e-15);
  }
}
