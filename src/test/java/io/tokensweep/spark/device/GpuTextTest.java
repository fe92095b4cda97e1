package io.tokensweep.spark.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a driver's tool prints is understood field by field; what is no number is empty. */
class GpuTextTest {
  @Test
  void aBusyGpu() {
    assertEquals(
        new GpuReading(
            OptionalDouble.of(1980),
            OptionalDouble.of(2619),
            OptionalDouble.of(41),
            OptionalDouble.of(0.97),
            Optional.of(List.of("sw_power_cap", "hw_slowdown", "hw_thermal_slowdown")),
            OptionalInt.of(1)),
        GpuText.parse("1980, 2619, 41, 97, 0x000000000000004C\n", "4711\n812\n812\n"));
  }

  @Test
  void nothingHoldsItDown() {
    GpuReading reading = GpuText.parse("1410, 1215, 30, 100, 0x0000000000000000", "17\n");
    assertEquals(Optional.of(List.of()), reading.slowdowns());
    assertEquals(OptionalInt.of(0), reading.otherProcesses());
  }

  @Test
  void aReasonOfADriverToComeKeepsItsBit() {
    assertEquals(
        Optional.of(List.of("gpu_idle", "bit_9")),
        GpuText.parse("210, 405, 30, 0, 0x0000000000000201", "").slowdowns());
  }

  @Test
  void fieldsWithoutValueAreEmptyAndTheOthersStay() {
    GpuReading reading =
        GpuText.parse("1755, [N/A], [Not Supported], [N/A], [Unknown Error]\n", "");
    assertEquals(
        new GpuReading(
            OptionalDouble.of(1755),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalInt.empty()),
        reading);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "No devices were found\n",
        "Field \"clocks_event_reasons.active\" is not a valid field to query.\n\n",
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure"
            + " that the latest NVIDIA driver is installed and running.\n\n",
        "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.1\n",
        "1980,5, 2619,0, 41, 97, 0x0000000000000000",
        ", , , , ",
      })
  void whatIsNoAnswerTellsNothing(String text) {
    assertEquals(GpuReading.NOTHING, GpuText.parse(text, text));
  }
}
