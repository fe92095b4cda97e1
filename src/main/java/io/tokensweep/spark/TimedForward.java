package io.tokensweep.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.eval.Forward;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.sweep.Trial;

/**
 * The forward pass of one trial alone. Pixels are on the device before the clock starts; it stops
 * when the logits are in Java memory.
 */
public record TimedForward(VisionTransformer network) {
  /**
   * @param seconds wall time
   * @param logits (B, classes) row-major
   */
  @SuppressWarnings("ArrayRecordComponent") // read once and forgotten
  public record Pass(double seconds, float[] logits) {}

  /** Runs the trial on a batch once. */
  public Pass run(Trial trial, PixelBatch batch) {
    Forward forward = new Forward(network, trial.reductions(), Forward.Observer.NONE);
    try (NDManager manager = NDManager.newBaseManager(network.device())) {
      NDArray pixels = batch.toArray(manager);
      pixels.getFloat(0, 0, 0, 0); // devices work ahead of the program: wait for them
      long start = System.nanoTime();
      float[] logits = forward.logits(pixels, batch.keys()).toFloatArray();
      long end = System.nanoTime();
      return new Pass((end - start) / 1e9, logits);
    }
  }
}
