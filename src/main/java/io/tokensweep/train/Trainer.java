package io.tokensweep.train;

import ai.djl.ndarray.NDManager;
import io.tokensweep.InvalidInputException;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.Checkpoint;
import io.tokensweep.model.checkpoint.Checkpoints;
import io.tokensweep.model.checkpoint.SafetensorsWriter;
import io.tokensweep.model.checkpoint.Weights;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.Map;

/**
 * Trains a backbone on the procedural data set. Interrupted at any moment and started again, it
 * goes on from the last saved state and ends with the same weights, bit for bit where the engine
 * computes with one thread.
 */
public final class Trainer {
  private final Recipe recipe;
  private final Training training;
  private final ShapesSource heldOut;
  private final PrintStream log;

  private Trainer(Recipe recipe, Training training, PrintStream log) {
    this.recipe = recipe;
    this.training = training;
    this.heldOut = new ShapesSource(training.evalImages(), recipe.evalSeed());
    this.log = log;
  }

  /**
   * Trains, writes the checkpoint and its description, and returns the description.
   *
   * @param log receives progress
   * @throws io.tokensweep.InvalidInputException if there is a state of another recipe
   * @throws IOException if a file cannot be written
   */
  public static Description train(Recipe recipe, Training training, PrintStream log)
      throws IOException, InterruptedException {
    return new Trainer(recipe, training, log).train();
  }

  private Description train() throws IOException, InterruptedException {
    Files.createDirectories(training.out().toAbsolutePath().getParent());
    TrainingState state =
        training.fresh()
            ? TrainingState.initial(recipe)
            : TrainingState.resume(training.state(), recipe);
    try (NDManager manager = NDManager.newBaseManager()) {
      Progress progress = new Progress(recipe, state.step(), log);
      if (state.step() > 0) {
        progress.print("continuing after step %d of %s", state.step(), training.state());
      }
      TrainingState done = steps(state, progress, manager);
      SafetensorsWriter.write(training.out(), done.weights(), Map.of(), training.type());
      HeldOutAccuracy accuracy =
          HeldOutAccuracy.of(recipe.architecture(), stored(), heldOut, manager);
      progress.evaluated(done.step(), accuracy);
      Description description = Description.of(recipe, training, accuracy, done.seconds());
      description.write(training.description());
      return description;
    }
  }

  private TrainingState steps(TrainingState begun, Progress progress, NDManager manager)
      throws IOException, InterruptedException {
    TrainingState state = begun;
    try (BatchStream batches = BatchStream.training(recipe, begun.step())) {
      while (batches.hasNext()) {
        int step = state.step();
        Backward result =
            Backward.of(
                recipe.architecture(),
                state.parameters(),
                batches.next(),
                recipe.labelSmoothing(),
                manager);
        if (!Double.isFinite(result.loss())) {
          throw new InvalidInputException(
              "train: the loss of step %d is not finite; start over with a lower --learning-rate"
                  .formatted(step));
        }
        AdamW.update(
            state.parameters(),
            result.gradients(),
            step,
            Schedule.learningRate(recipe, step),
            recipe.weightDecay());
        state = state.at(step + 1, begun.seconds() + progress.seconds());
        progress.step(state.step(), result);
        boolean last = state.step() == recipe.steps();
        if (last || state.step() % training.saveEvery() == 0) {
          state.save(training.state(), recipe);
        }
        if (!last && state.step() % training.evalEvery() == 0) {
          progress.evaluated(
              state.step(),
              HeldOutAccuracy.of(recipe.architecture(), state.weights(), heldOut, manager));
        }
      }
    }
    return state;
  }

  /** The weights as somebody else will read them. */
  private Map<String, HostTensor> stored() {
    try (Checkpoint checkpoint = Checkpoints.open(training.out())) {
      return Weights.load(checkpoint, recipe.architecture());
    }
  }
}
