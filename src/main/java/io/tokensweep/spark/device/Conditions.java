package io.tokensweep.spark.device;

import io.tokensweep.spark.device.CpuReading.CoreTime;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.DoubleBinaryOperator;

/**
 * The state of the device while something was timed. Each value is empty where the machine does not
 * tell it. It explains timings and changes none.
 *
 * @param cpuMegahertz mean clock of the cores that this process may use, mean of both ends; virtual
 *     machines often report a constant
 * @param cpuCelsius the hottest sensor of the processor, the higher of both ends
 * @param loadAverage runnable threads of the whole machine, mean of the minute ahead of the end
 * @param otherLoad share of the time of the cores that this process may use that others used, 0 to
 *     1; all threads of this process, Java's included, are this process
 * @param cpuThrottles how often these cores were slowed down for heat
 * @param quotaSeconds how long the CPU quota of its control group kept this process waiting, summed
 *     over threads
 * @param gpu at the end
 */
public record Conditions(
    OptionalDouble cpuMegahertz,
    OptionalDouble cpuCelsius,
    OptionalDouble loadAverage,
    OptionalDouble otherLoad,
    OptionalLong cpuThrottles,
    OptionalDouble quotaSeconds,
    GpuReading gpu) {
  public Conditions {
    Objects.requireNonNull(cpuMegahertz);
    Objects.requireNonNull(cpuCelsius);
    Objects.requireNonNull(loadAverage);
    Objects.requireNonNull(otherLoad);
    Objects.requireNonNull(cpuThrottles);
    Objects.requireNonNull(quotaSeconds);
    Objects.requireNonNull(gpu);
  }

  /**
   * Conditions from one reading to another.
   *
   * @param gpu read after {@code after}, so that asking for it counts as nobody's load; {@link
   *     GpuReading#NOTHING} where no GPU is used
   */
  public static Conditions between(CpuReading before, CpuReading after, GpuReading gpu) {
    return new Conditions(
        both(before.megahertz(), after.megahertz(), (a, b) -> (a + b) / 2),
        both(before.celsius(), after.celsius(), Math::max),
        after.loadAverage(),
        otherLoad(before, after),
        difference(before.throttles(), after.throttles()),
        seconds(difference(before.quotaMicros(), after.quotaMicros())),
        gpu);
  }

  private static OptionalDouble both(
      OptionalDouble before, OptionalDouble after, DoubleBinaryOperator together) {
    return before.isPresent() && after.isPresent()
        ? OptionalDouble.of(together.applyAsDouble(before.getAsDouble(), after.getAsDouble()))
        : OptionalDouble.empty();
  }

  /** Empty if no tick passed. Ticks of a process and of a core are rounded apart, hence bounds. */
  private static OptionalDouble otherLoad(CpuReading before, CpuReading after) {
    if (before.time().isEmpty() || after.time().isEmpty()) {
      return OptionalDouble.empty();
    }
    CoreTime from = before.time().get();
    CoreTime to = after.time().get();
    long all = to.all() - from.all();
    long others = to.busy() - from.busy() - (to.own() - from.own());
    return all <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(1, Math.max(0, (double) others / all)));
  }

  /** Empty if the count went back, as it does when its source changed. */
  private static OptionalLong difference(OptionalLong before, OptionalLong after) {
    return before.isPresent() && after.isPresent() && after.getAsLong() >= before.getAsLong()
        ? OptionalLong.of(after.getAsLong() - before.getAsLong())
        : OptionalLong.empty();
  }

  private static OptionalDouble seconds(OptionalLong micros) {
    return micros.isPresent()
        ? OptionalDouble.of(micros.getAsLong() / 1e6)
        : OptionalDouble.empty();
  }
}
