package io.tokensweep.train;

import java.io.PrintStream;
import java.util.Locale;

/** A line about every ten seconds with what the last steps were like. */
final class Progress {
  private static final double SECONDS_BETWEEN_LINES = 10;
  private static final double MEMORY = 0.95;

  private final Recipe recipe;
  private final PrintStream out;
  private final int firstStep;
  private final long start = System.nanoTime();
  private double weight;
  private double loss;
  private double accuracy;
  private double lastLine;

  Progress(Recipe recipe, int firstStep, PrintStream out) {
    this.recipe = recipe;
    this.firstStep = firstStep;
    this.out = out;
  }

  /** Seconds since this progress began. */
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Reports that {@code done} steps are done, the last of them with {@code result}. */
  void step(int done, Backward result) {
    weight = MEMORY * weight + (1 - MEMORY);
    loss = MEMORY * loss + (1 - MEMORY) * result.loss();
    accuracy = MEMORY * accuracy + (1 - MEMORY) * result.correct() / recipe.batch();
    double now = seconds();
    if (now - lastLine < SECONDS_BETWEEN_LINES && done < recipe.steps()) {
      return;
    }
    lastLine = now;
    double rate = (done - firstStep) / now;
    print(
        "step %d/%d  loss %.3f  accuracy %.1f %%  learning rate %.2e  %.1f images/s  %s left",
        done,
        recipe.steps(),
        loss / weight,
        100 * accuracy / weight,
        Schedule.learningRate(recipe, done - 1),
        rate * recipe.batch(),
        time((recipe.steps() - done) / rate));
  }

  /** Reports an evaluation after {@code done} steps. */
  void evaluated(int done, HeldOutAccuracy accuracy) {
    print(
        "step %d/%d  held-out accuracy %.1f %% (%d of %d, 95 %% interval %.1f to %.1f)  after %s",
        done,
        recipe.steps(),
        100 * accuracy.share(),
        accuracy.correct(),
        accuracy.images(),
        100 * accuracy.lower(),
        100 * accuracy.upper(),
        time(seconds()));
  }

  /** Prints one line of its own. */
  void print(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
  }
}
