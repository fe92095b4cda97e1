package io.tokensweep.spark.device;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One GPU at one moment, as far as its driver tells.
 *
 * @param smMegahertz clock of the multiprocessors
 * @param memoryMegahertz clock of the memory
 * @param celsius temperature of the chip
 * @param utilisation share of the last sample period with a kernel at work, 0 to 1
 * @param slowdowns what holds the clocks down, in the driver's order, named as the driver's library
 *     does; an empty list if nothing does
 * @param otherProcesses compute processes on this GPU besides this one
 */
public record GpuReading(
    OptionalDouble smMegahertz,
    OptionalDouble memoryMegahertz,
    OptionalDouble celsius,
    OptionalDouble utilisation,
    Optional<List<String>> slowdowns,
    OptionalInt otherProcesses) {
  /** Of a machine without a GPU, or one that tells nothing. */
  public static final GpuReading NOTHING =
      new GpuReading(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          OptionalInt.empty());

  public GpuReading {
    Objects.requireNonNull(smMegahertz);
    Objects.requireNonNull(memoryMegahertz);
    Objects.requireNonNull(celsius);
    Objects.requireNonNull(utilisation);
    slowdowns = slowdowns.map(List::copyOf);
    Objects.requireNonNull(otherProcesses);
  }
}
