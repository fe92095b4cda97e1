package io.tokensweep.spark.device;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.tokensweep.spark.device.ArithmeticLimit.Verdict;
import io.tokensweep.sweep.Precision;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The limits of this process, each measured on first use and kept. Measuring takes about a second
 * and the whole device: do it while nothing else runs and nothing is timed.
 */
public final class ArithmeticLimits {
  private static final ArithmeticLimits OF_THIS_PROCESS =
      new ArithmeticLimits(ArithmeticLimits::measure);

  /** How often a limit is measured again before a result above it is called impossible. */
  private static final int SECOND_LOOKS = 3;

  private final Function<Precision, ArithmeticLimit> measurement;
  private final Map<Precision, ArithmeticLimit> highest = new EnumMap<>(Precision.class);

  ArithmeticLimits(Function<Precision, ArithmeticLimit> measurement) {
    this.measurement = measurement;
  }

  /** Those of the device that this process computes on. */
  public static ArithmeticLimits ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /** The highest that was measured so far. */
  public synchronized ArithmeticLimit of(Precision precision) {
    return highest.computeIfAbsent(precision, measurement);
  }

  /**
   * Judges a rate. Other work on the machine can only make a limit too low, never too high. So
   * whatever is above a limit makes it be measured anew, up to three times, and the highest counts:
   * a result is rejected only if the machine does not reach its rate now either.
   *
   * @param rate MACs per second
   */
  public synchronized Verdict judge(Precision precision, double rate) {
    Verdict verdict = of(precision).verdict(rate);
    for (int look = 0; look < SECOND_LOOKS && verdict == Verdict.IMPOSSIBLE; look++) {
      ArithmeticLimit again = measurement.apply(precision);
      verdict = highest.merge(precision, again, ArithmeticLimit::or).verdict(rate);
    }
    return verdict;
  }

  private static ArithmeticLimit measure(Precision precision) {
    Engine.getInstance(); // starts before its library is called
    return new ArithmeticLimit(
        precision, JniUtils.getNumThreads(), FastestProduct.macsPerSecond(precision));
  }
}
