package io.tokensweep.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Images as the network takes them.
 *
 * @param resolution R
 * @param pixels normalised, (B, 3, R, R)
 * @param labels B class indices
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
record Batch(int resolution, float[] pixels, int[] labels) {

  NDArray pixels(NDManager scope) {
    return scope.create(pixels, new Shape(labels.length, 3, resolution, resolution));
  }

  /** How many rows of (B, classes) are largest at the label. */
  int correct(NDArray logits) {
    long[] predicted = logits.argMax(1).toLongArray();
    int correct = 0;
    for (int i = 0; i < labels.length; i++) {
      if (predicted[i] == labels[i]) {
        correct++;
      }
    }
    return correct;
  }
}
