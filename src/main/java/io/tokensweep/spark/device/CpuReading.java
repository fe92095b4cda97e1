package io.tokensweep.spark.device;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The CPU at one moment, as far as this machine tells. Counts are since some moment in the past:
 * only differences of two readings mean anything.
 *
 * @param megahertz mean clock of the cores that this process may use
 * @param celsius the hottest sensor of the processor
 * @param loadAverage runnable threads of the whole machine, mean of the last minute
 * @param throttles how often these cores, or the package they are in, were slowed down for heat; an
 *     event of the package counts once for each core
 * @param quotaMicros time that the CPU quota of this process's control group kept it waiting, in
 *     microseconds, summed over threads
 * @param time where the time of the cores went
 */
public record CpuReading(
    OptionalDouble megahertz,
    OptionalDouble celsius,
    OptionalDouble loadAverage,
    OptionalLong throttles,
    OptionalLong quotaMicros,
    Optional<CoreTime> time) {

  public CpuReading {
    Objects.requireNonNull(megahertz);
    Objects.requireNonNull(celsius);
    Objects.requireNonNull(loadAverage);
    Objects.requireNonNull(throttles);
    Objects.requireNonNull(quotaMicros);
    Objects.requireNonNull(time);
  }

  /**
   * Clock ticks (10 ms nearly everywhere).
   *
   * @param all of the cores that this process may use, idle or not
   * @param busy of these cores, whoever used them; other guests of the same host included
   * @param own of this process, all its threads
   */
  public record CoreTime(long all, long busy, long own) {}
}
