package io.tokensweep.train;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.tokensweep.BuildInfo;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.model.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * How a checkpoint came about and what it is worth; written beside it as JSON.
 *
 * @param checkpoint file name
 * @param contentHash SHA-256 of the file
 * @param dtype type of its tensors
 * @param accuracy share of held-out images that the stored weights classify correctly
 * @param accuracyLow lower end of its 95 % Wilson interval
 * @param accuracyHigh upper end of its 95 % Wilson interval
 * @param evalImages images behind {@code accuracy}
 * @param recipe decides the weights
 * @param steps updates that were made
 * @param imagesSeen images that were trained on, each once
 * @param data what the images are
 * @param seconds of training, without those of steps that were lost to an interruption
 * @param command as it was given
 * @param code the program
 * @param engine what computed
 */
public record Description(
    String checkpoint,
    String contentHash,
    String dtype,
    double accuracy,
    double accuracyLow,
    double accuracyHigh,
    int evalImages,
    Recipe recipe,
    int steps,
    long imagesSeen,
    Data data,
    double seconds,
    List<String> command,
    Code code,
    EngineVersion engine) {

  /**
   * The images of training and evaluation.
   *
   * @param generator version of the drawing
   * @param classes names in the order of the labels
   * @param trainSeed data seed of training
   * @param trainImages number of images trained on
   * @param evalSeed data seed of evaluation
   * @param evalImages number of held-out images
   */
  public record Data(
      String generator,
      List<String> classes,
      long trainSeed,
      int trainImages,
      long evalSeed,
      int evalImages) {}

  /**
   * Version of the program.
   *
   * @param commit full git commit, or {@code unknown}
   * @param dirty whether there were uncommitted changes
   */
  public record Code(String commit, boolean dirty) {
    private static Code current() {
      return new Code(BuildInfo.current().commit(), BuildInfo.current().dirty());
    }
  }

  /**
   * Versions of what computed.
   *
   * @param name of the engine
   * @param version of the engine
   * @param djl version of DJL
   */
  public record EngineVersion(String name, String version, String djl) {}

  static Description of(Recipe recipe, Training training, HeldOutAccuracy accuracy, double seconds)
      throws IOException {
    int seen = recipe.steps() * recipe.batch();
    Engine engine = Engine.getInstance();
    return new Description(
        training.out().getFileName().toString(),
        Checkpoints.contentHash(training.out()),
        training.type().name(),
        accuracy.share(),
        accuracy.lower(),
        accuracy.upper(),
        accuracy.images(),
        recipe,
        recipe.steps(),
        seen,
        new Data(
            ShapesSource.version(),
            ShapesSource.classNames(),
            recipe.trainSeed(),
            seen,
            recipe.evalSeed(),
            accuracy.images()),
        seconds,
        training.command(),
        Code.current(),
        new EngineVersion(engine.getEngineName(), engine.getVersion(), Engine.getDjlVersion()));
  }

  /** One JSON object on one line. */
  public String json() {
    try {
      return Json.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a description is plain data", e);
    }
  }

  void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
    try {
      Files.writeString(
          temporary, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
