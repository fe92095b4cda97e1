package io.tokensweep.spark;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Says why a trial failed at a batch size, and where memory was short, which batch size would fit.
 * That is only said: nothing is measured at another batch size than the sweep asks for.
 */
final class BatchFit {
  private BatchFit() {}

  /** One forward pass of the trial that failed. */
  interface Pass {
    /**
     * @param batchSize images, the first ones of the batch that failed; nothing of the pass may
     *     stay in memory
     */
    void run(int batchSize);
  }

  /**
   * The reason of a failure in one line. If memory was short, batches of half the size are tried
   * until one fits: fewer passes than the size has binary digits, together with fewer images than
   * the batch that failed.
   *
   * @param failure of a pass of which nothing is in memory anymore
   * @param batchSize of that pass
   * @param pass the same with fewer images
   */
  static String reason(Throwable failure, int batchSize, Pass pass) {
    return OutOfMemory.behind(failure)
        .map(memory -> memory.at(batchSize) + "; " + fitting(batchSize, pass))
        .orElseGet(() -> FailureReason.of(failure));
  }

  private static String fitting(int tooLarge, Pass pass) {
    int failed = tooLarge;
    for (int size = tooLarge / 2; size >= 1; size /= 2) {
      release();
      try {
        pass.run(size);
        return "batch size %d fits, %d does not".formatted(size, failed);
      } catch (RuntimeException | OutOfMemoryError e) {
        if (OutOfMemory.behind(e).isEmpty()) {
          return "batch size %d fails for another reason: %s".formatted(size, FailureReason.of(e));
        }
        failed = size;
      }
    }
    return "batch size 1 does not fit either";
  }

  /** Gives back what the engine keeps of a GPU's memory for later. */
  private static void release() {
    if (Engine.getInstance().getGpuCount() > 0) {
      JniUtils.emptyCudaCache();
    }
  }
}
