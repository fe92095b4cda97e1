package io.tokensweep.spark.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What {@code nvidia-smi} prints for {@code --format=csv,noheader,nounits}. A field that is no
 * number, such as {@code [N/A]} or {@code [Not Supported]}, is empty; so is all of an error
 * message.
 */
final class GpuText {
  /** Asked for in this order; the last has another name in old drivers. */
  static final List<String> FIELDS =
      List.of("clocks.current.sm", "clocks.current.memory", "temperature.gpu", "utilization.gpu");

  /** What the driver calls the mask of reasons, the newer name first. */
  static final List<String> REASONS =
      List.of("clocks_event_reasons.active", "clocks_throttle_reasons.active");

  /** Bits of the mask, lowest first. */
  private static final List<String> SLOWDOWNS =
      List.of(
          "gpu_idle",
          "applications_clocks_setting",
          "sw_power_cap",
          "hw_slowdown",
          "sync_boost",
          "sw_thermal_slowdown",
          "hw_thermal_slowdown",
          "hw_power_brake_slowdown",
          "display_clock_setting");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
  private static final Pattern MASK = Pattern.compile("0x[0-9a-fA-F]{1,15}|0x0[0-9a-fA-F]{15}");
  private static final Pattern PROCESS = Pattern.compile("[0-9]{1,9}");

  /** What makes measurements on two GPUs comparable. */
  static final List<String> PRODUCT_FIELDS =
      List.of("name", "memory.total", "compute_cap", "driver_version");

  private GpuText() {}

  /**
   * @param answer the line of {@link #PRODUCT_FIELDS}
   */
  static Optional<String> product(String answer) {
    String[] fields =
        answer.lines().findFirst().map(line -> line.split(",", -1)).orElse(new String[0]);
    return fields.length == PRODUCT_FIELDS.size()
        ? Optional.of(
            "%s; %s MiB; compute %s; driver %s"
                .formatted(
                    fields[0].strip(),
                    fields[1].strip(),
                    fields[2].strip(),
                    fields[3].strip().replaceAll("\\..*", "")))
        : Optional.empty();
  }

  /**
   * @param state the line of {@link #FIELDS} and a mask
   * @param processes the process numbers, one in a line
   */
  static GpuReading parse(String state, String processes) {
    String[] fields =
        state.lines().findFirst().map(line -> line.split(",", -1)).orElse(new String[0]);
    if (fields.length != FIELDS.size() + 1) {
      return new GpuReading(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          others(processes));
    }
    OptionalDouble percent = number(fields[3]);
    return new GpuReading(
        number(fields[0]),
        number(fields[1]),
        number(fields[2]),
        percent.isPresent() ? OptionalDouble.of(percent.getAsDouble() / 100) : percent,
        slowdowns(fields[4].strip()),
        others(processes));
  }

  private static OptionalDouble number(String field) {
    String stripped = field.strip();
    return NUMBER.matcher(stripped).matches()
        ? OptionalDouble.of(Double.parseDouble(stripped))
        : OptionalDouble.empty();
  }

  private static Optional<List<String>> slowdowns(String mask) {
    if (!MASK.matcher(mask).matches()) {
      return Optional.empty();
    }
    long bits = Long.parseLong(mask.substring(2), 16);
    List<String> named = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if ((bits >> bit & 1) == 1) {
        named.add(bit < SLOWDOWNS.size() ? SLOWDOWNS.get(bit) : "bit_" + bit);
      }
    }
    return Optional.of(named);
  }

  /**
   * This process holds the GPU while it asks, so one of the listed is this one, under whatever
   * number: the driver may see other numbers than a container does. A list without any comes from a
   * driver that does not show them.
   */
  private static OptionalInt others(String processes) {
    List<String> numbers =
        Arrays.stream(processes.split("\n"))
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    return numbers.isEmpty() || !numbers.stream().allMatch(n -> PROCESS.matcher(n).matches())
        ? OptionalInt.empty()
        : OptionalInt.of((int) numbers.stream().distinct().count() - 1);
  }
}
