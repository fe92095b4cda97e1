package io.tokensweep.train;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import java.util.Locale;

/**
 * Everything that decides what a training ends with: the same recipe gives the same weights.
 *
 * <p>Image {@code i} of step {@code s} is the image {@code s * batch + i} of a data set that is
 * drawn while it is used, so that no image is seen twice. Training draws from negative data seeds
 * and evaluation from others, so that no data set with a seed of 0 or more was ever trained on.
 *
 * @param architecture of the network, its classes those of the procedural data set
 * @param steps number of updates
 * @param batch images of one update
 * @param learningRate at its highest, after the warm-up
 * @param warmup steps of linear warm-up, fewer than {@code steps}
 * @param weightDecay of matrices; biases, norms and embeddings have none
 * @param labelSmoothing share of the target that is spread over all classes, in [0, 1)
 * @param seed of the initial weights, the images and their augmentation, 0 or more
 */
public record Recipe(
    Architecture architecture,
    int steps,
    int batch,
    double learningRate,
    int warmup,
    double weightDecay,
    double labelSmoothing,
    long seed) {

  /**
   * Checks the bounds.
   *
   * @throws InvalidInputException naming the option that is out of bounds
   */
  public Recipe {
    check(steps >= 1, "steps", steps, "1 and more");
    check(batch >= 1, "batch", batch, "1 and more");
    check(
        (long) steps * batch <= ShapesSource.LARGEST_COUNT,
        "steps x batch",
        (long) steps * batch,
        "at most %d images".formatted(ShapesSource.LARGEST_COUNT));
    check(learningRate > 0 && learningRate <= 1, "learning-rate", learningRate, "above 0, up to 1");
    check(warmup >= 0 && warmup < steps, "warmup", warmup, "0 to steps - 1 = " + (steps - 1));
    check(weightDecay >= 0 && weightDecay <= 1, "weight-decay", weightDecay, "0 to 1");
    check(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "label-smoothing",
        labelSmoothing,
        "0 up to, not including, 1");
    check(seed >= 0, "seed", seed, "0 and more");
    check(
        architecture.classes() == ShapesSource.classNames().size(),
        "classes",
        architecture.classes(),
        "%d, those of the procedural data set".formatted(ShapesSource.classNames().size()));
    if (!architecture.design().equals(Design.VIT)) {
      String message =
          "train: %s has a head for %s, allowed: a plain ViT; LV-ViT and distilled networks run but"
              + " are not trained here";
      throw new InvalidInputException(
          message.formatted(architecture.name(), architecture.design().head()));
    }
  }

  /** Seed of the images that are trained on. */
  public long trainSeed() {
    return -1 - seed;
  }

  /** Seed of the images that are held out. */
  public long evalSeed() {
    return seed;
  }

  /** The images that are trained on, in their order. */
  ShapesSource trainImages() {
    return new ShapesSource(steps * batch, trainSeed());
  }

  static void check(boolean allowed, String option, Object found, String range) {
    if (!allowed) {
      throw new InvalidInputException(
          String.format(Locale.ROOT, "train: --%s is %s, allowed: %s", option, found, range));
    }
  }
}
