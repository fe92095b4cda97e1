package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.checkpoint.TensorType;
import io.tokensweep.train.Description;
import io.tokensweep.train.Recipe;
import io.tokensweep.train.Trainer;
import io.tokensweep.train.Training;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: a small backbone from scratch, on images that are drawn while it trains. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Trains a small backbone from scratch on the procedural data set; started again after an"
            + " interruption, it goes on from its last saved state.")
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--out", required = true, description = "Checkpoint to write (safetensors).")
  private Path out;

  @Option(names = "--image-size", defaultValue = "64", description = "Resolution in pixels.")
  private int imageSize;

  @Option(names = "--patch", defaultValue = "8", description = "Side of a patch in pixels.")
  private int patch;

  @Option(names = "--width", defaultValue = "64", description = "Channels of a token.")
  private int width;

  @Option(names = "--depth", defaultValue = "12", description = "Number of blocks.")
  private int depth;

  @Option(names = "--heads", defaultValue = "4", description = "Attention heads.")
  private int heads;

  @Option(names = "--hidden", defaultValue = "256", description = "Channels inside the FFN.")
  private int hidden;

  @Option(names = "--steps", defaultValue = "4000", description = "Number of updates.")
  private int steps;

  @Option(names = "--batch", defaultValue = "32", description = "Images of one update.")
  private int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "1.5e-3",
      description = "Highest learning rate.")
  private double learningRate;

  @Option(names = "--warmup", defaultValue = "200", description = "Steps of linear warm-up.")
  private int warmup;

  @Option(names = "--weight-decay", defaultValue = "0.05", description = "AdamW's, on matrices.")
  private double weightDecay;

  @Option(names = "--label-smoothing", defaultValue = "0.05", description = "From 0 to below 1.")
  private double labelSmoothing;

  @Option(names = "--seed", defaultValue = "0", description = "Of weights and images.")
  private long seed;

  @Option(names = "--eval-images", defaultValue = "1000", description = "Held-out images.")
  private int evalImages;

  @Option(names = "--eval-every", defaultValue = "500", description = "Steps between evaluations.")
  private int evalEvery;

  @Option(names = "--save-every", defaultValue = "200", description = "Steps between saved states.")
  private int saveEvery;

  @Option(names = "--dtype", defaultValue = "F32", description = "Of the weights: F32 or F16.")
  private TensorType type;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads of the engine; one more draws the images.")
  private int threads;

  @Option(names = "--fresh", description = "Start over even if there is a saved state.")
  private boolean fresh;

  @Option(names = "--json", description = "Print the description as one JSON object at the end.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (threads < 1) {
      throw new InvalidInputException(
          "train: --threads is %d, allowed: 1 and more".formatted(threads));
    }
    Recipe recipe =
        new Recipe(
            architecture(), steps, batch, learningRate, warmup, weightDecay, labelSmoothing, seed);
    Training training =
        new Training(
            out,
            type,
            evalImages,
            evalEvery,
            saveEvery,
            fresh,
            List.copyOf(spec.commandLine().getParseResult().originalArgs()));
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    Description description = Trainer.train(recipe, training, System.err);
    if (json) {
      System.out.println(description.json());
    }
    return 0;
  }

  private Architecture architecture() {
    try {
      return new Architecture(
          "vit_custom",
          imageSize,
          patch,
          width,
          depth,
          heads,
          hidden,
          ShapesSource.classNames().size(),
          Design.VIT);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("train: " + e.getMessage(), e);
    }
  }
}
