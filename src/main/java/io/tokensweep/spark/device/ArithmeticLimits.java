package io.tokensweep.spark.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.tokensweep.spark.device.ArithmeticLimit.Verdict;
import io.tokensweep.sweep.Precision;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * The limits of this process, each measured on first use and kept. Measuring takes one to two
 * seconds and the whole device: do it while nothing else runs and nothing is timed.
 */
public final class ArithmeticLimits {
  private static final Map<Device, ArithmeticLimits> OF_THIS_PROCESS = new ConcurrentHashMap<>();

  /** How often a limit is measured again before a result above it is called impossible. */
  private static final int SECOND_LOOKS = 3;

  /** The number of threads belongs to the calling thread, and so to the limit. */
  private record Way(Precision precision, int threads) {}

  private final Function<Precision, ArithmeticLimit> measurement;
  private final IntSupplier threads;
  private final Map<Way, ArithmeticLimit> highest = new HashMap<>();

  /**
   * @param threads engine threads of the calling thread
   */
  ArithmeticLimits(Function<Precision, ArithmeticLimit> measurement, IntSupplier threads) {
    this.measurement = measurement;
    this.threads = threads;
  }

  /** Those of a device that this process computes on. */
  public static ArithmeticLimits ofThisProcess(Device device) {
    return OF_THIS_PROCESS.computeIfAbsent(
        device,
        absent ->
            new ArithmeticLimits(
                precision -> measure(device, precision), ArithmeticLimits::threads));
  }

  /** The highest that was measured so far, with as many threads as the calling thread has. */
  public synchronized ArithmeticLimit of(Precision precision) {
    return highest.computeIfAbsent(way(precision), way -> measurement.apply(precision));
  }

  /**
   * Judges a rate. Other work on the machine can only make a limit too low, never too high. So
   * whatever is above a limit makes it be measured anew, up to three times, and the highest counts:
   * a result is rejected only if the machine does not reach its rate now either.
   *
   * @param rate MACs per second, with as many threads as the calling thread has
   */
  public synchronized Verdict judge(Precision precision, double rate) {
    Verdict verdict = of(precision).verdict(rate);
    for (int look = 0; look < SECOND_LOOKS && verdict == Verdict.IMPOSSIBLE; look++) {
      ArithmeticLimit again = measurement.apply(precision);
      verdict = highest.merge(way(precision), again, ArithmeticLimit::or).verdict(rate);
    }
    return verdict;
  }

  private Way way(Precision precision) {
    return new Way(precision, threads.getAsInt());
  }

  /** Half precision may be computed in fp32, and is where a kernel lacks: the faster one counts. */
  private static ArithmeticLimit measure(Device device, Precision precision) {
    double rate =
        Stream.of(precision, Precision.FP32)
            .distinct()
            .mapToDouble(type -> FastestProduct.macsPerSecond(device, type))
            .max()
            .orElseThrow();
    return new ArithmeticLimit(precision, threads(), rate);
  }

  private static int threads() {
    Engine.getInstance(); // starts before its library is called
    return JniUtils.getNumThreads();
  }
}
