package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;

/** What both file formats check before they read a tensor. */
final class Tensors {
  /** Most elements that a Java array is certain to hold. */
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 8;

  private Tensors() {}

  /** Refuses names that are not there, types that are no weights and tensors beyond an array. */
  static void checkReadable(Checkpoint checkpoint, String name) {
    TensorInfo info = checkpoint.tensors().get(name);
    if (info == null) {
      throw new IllegalArgumentException(
          "%s has no tensor %s".formatted(checkpoint.file(), Quoted.of(name)));
    }
    if (!info.type().isWeight()) {
      throw new InvalidInputException(
          "%s: tensor %s is %s and cannot be read as a weight, allowed: %s"
              .formatted(checkpoint.file(), Quoted.of(name), info.type(), TensorType.WEIGHTS));
    }
    long elements = 1;
    for (long dimension : info.shape()) {
      elements = Math.multiplyExact(elements, dimension);
    }
    if (elements > MOST_ELEMENTS) {
      throw new InvalidInputException(
          "%s: tensor %s has %d elements, allowed are at most %d"
              .formatted(checkpoint.file(), Quoted.of(name), elements, MOST_ELEMENTS));
    }
  }
}
