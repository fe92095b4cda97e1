package io.tokensweep.spark.device;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Kernels;
import io.tokensweep.sweep.Precision;
import java.util.function.UnaryOperator;

/**
 * Times products {@code (n, n) × (n, n)} and {@code (2n, n/2) × (n/2, n)}, the second long and thin
 * like those of a network; both are {@code n³} multiply-accumulates, computed in each of the ways
 * in which networks compute their linear layers here. {@code n} doubles until one product takes so
 * long that larger ones would not fit into the time.
 */
final class FastestProduct {
  private static final int SMALLEST = 256;
  private static final int LARGEST = 8192;

  /** A size beyond which products take longer is not tried. */
  private static final double LONG_SECONDS = 0.0125;

  /** For each shape and way. */
  private static final double SECONDS = 0.06;

  /** Products between two reads: enough of them that the way to the device and back is nothing. */
  private static final double CHAIN_SECONDS = 0.004;

  private static final int LONGEST_CHAIN = 64;

  private FastestProduct() {}

  /** Of all shapes, products and repetitions the fastest. */
  static double macsPerSecond(Device device, Precision precision) {
    JniUtils.setGradMode(false);
    double best = 0;
    double slowest = 0;
    for (int size = SMALLEST; size <= LARGEST && slowest < LONG_SECONDS; size *= 2) {
      Timed square = time(device, precision, size, size, size);
      Timed thin = time(device, precision, 2L * size, size / 2, size);
      best = Math.max(best, Math.max(square.macsPerSecond(), thin.macsPerSecond()));
      slowest = Math.max(square.seconds(), thin.seconds());
    }
    return best;
  }

  /**
   * @param seconds of the fastest product
   */
  private record Timed(double macs, double seconds) {
    double macsPerSecond() {
      return macs / seconds;
    }
  }

  private static Timed time(
      Device device, Precision precision, long rows, long inner, long columns) {
    try (NDManager manager = NDManager.newBaseManager(device)) {
      NDArray input = cast(manager.randomNormal(new Shape(rows, inner)), precision);
      NDArray weight = cast(manager.randomNormal(new Shape(columns, inner)), precision);
      double fastest = Double.POSITIVE_INFINITY;
      for (UnaryOperator<NDArray> layer : Kernels.linear(weight)) {
        fastest = Math.min(fastest, fastest(layer, input));
      }
      return new Timed((double) rows * inner * columns, fastest);
    }
  }

  private static double fastest(UnaryOperator<NDArray> layer, NDArray input) {
    double fastest = product(layer, input, 1);
    int chain = 1;
    double end = System.nanoTime() + SECONDS * 1e9;
    do {
      double seconds = product(layer, input, chain);
      fastest = Math.min(fastest, seconds);
      chain = (int) Math.max(1, Math.min(LONGEST_CHAIN, CHAIN_SECONDS / seconds));
    } while (System.nanoTime() < end);
    return fastest;
  }

  private static NDArray cast(NDArray array, Precision precision) {
    return switch (precision) {
      case FP32 -> array;
      case BF16 -> Casts.brainFloat(array);
      case FP16 -> Casts.half(array);
    };
  }

  /** Seconds for one of {@code count} products; a number of the last is read to end them all. */
  private static double product(UnaryOperator<NDArray> layer, NDArray input, int count) {
    try (NDManager scope = input.getManager().newSubManager()) {
      NDArray view = input.reshape(input.getShape());
      view.attach(scope);
      long start = System.nanoTime();
      NDArray last = view;
      for (int i = 0; i < count; i++) {
        if (last != view) {
          last.close();
        }
        last = layer.apply(view);
      }
      float[] read = Casts.wide(last.get("0, 0:1")).toFloatArray();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (read.length != 1) {
        throw new IllegalStateException("no product");
      }
      return seconds / count;
    }
  }
}
