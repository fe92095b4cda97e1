package io.tokensweep.train;

import io.tokensweep.model.checkpoint.TensorType;
import java.nio.file.Path;
import java.util.List;

/**
 * How a recipe is carried out; nothing here changes the weights.
 *
 * @param out the checkpoint to write; its state is beside it as {@code <out>.state}, its
 *     description as {@code <out>.json}
 * @param type of the stored weights, F32 or F16
 * @param evalImages held-out images of an evaluation
 * @param evalEvery steps between evaluations
 * @param saveEvery steps between saved states
 * @param fresh whether to start over even if there is a state
 * @param command as it was given, for the description
 */
public record Training(
    Path out,
    TensorType type,
    int evalImages,
    int evalEvery,
    int saveEvery,
    boolean fresh,
    List<String> command) {

  /**
   * Checks the bounds.
   *
   * @throws io.tokensweep.InvalidInputException naming the option that is out of bounds
   */
  public Training {
    command = List.copyOf(command);
    Recipe.check(type == TensorType.F32 || type == TensorType.F16, "dtype", type, "F32 or F16");
    Recipe.check(evalImages >= 1, "eval-images", evalImages, "1 and more");
    Recipe.check(evalEvery >= 1, "eval-every", evalEvery, "1 and more");
    Recipe.check(saveEvery >= 1, "save-every", saveEvery, "1 and more");
  }

  Path state() {
    return out.resolveSibling(out.getFileName() + ".state");
  }

  Path description() {
    return out.resolveSibling(out.getFileName() + ".json");
  }
}
