package io.tokensweep.spark;

import java.util.Collections;
import java.util.List;

/** When warm-up is over: the last batches take nearly the same time. */
final class Stability {
  /** Batches that are looked at. */
  static final int WINDOW = 3;

  /** By how much the slowest of them may exceed the fastest. */
  static final double TOLERANCE = 0.10;

  private Stability() {}

  /**
   * @param seconds of all batches so far, in order
   */
  static boolean isReached(List<Double> seconds) {
    if (seconds.size() < WINDOW) {
      return false;
    }
    List<Double> last = seconds.subList(seconds.size() - WINDOW, seconds.size());
    return Collections.max(last) <= (1 + TOLERANCE) * Collections.min(last);
  }
}
