package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.tokensweep.InvalidInputException;
import io.tokensweep.spark.TaskDevice.Cpu;
import io.tokensweep.spark.TaskDevice.Gpu;
import io.tokensweep.spark.TaskDevice.Sight;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The device of a task is the one that Spark assigned. */
class TaskDeviceTest {
  private static final Sight FOUR = new Sight("", 4);

  @Test
  void theAddressIsTheDevice() {
    assertEquals(new Gpu("2", 2), TaskDevice.of(List.of("2"), FOUR, false));
    assertEquals(Device.gpu(2), TaskDevice.of(List.of("2"), FOUR, false).engine());
  }

  @Test
  void gpusThatTheProcessIsShownAreCountedAsTheEngineCountsThem() {
    assertEquals(new Gpu("6", 1), TaskDevice.of(List.of("6"), new Sight("4, 6", 2), false));
    assertEquals(
        new Gpu("MIG-b", 1), TaskDevice.of(List.of("MIG-b"), new Sight("MIG-a,MIG-b", 2), false));
  }

  @Test
  void withoutAnAddressItIsTheCpu() {
    assertEquals(new Cpu(), TaskDevice.of(List.of(), FOUR, false));
    assertEquals(new Cpu(), TaskDevice.of(List.of(), new Sight("", 0), true));
    assertEquals(Device.cpu(), new Cpu().engine());
  }

  @Test
  void aSingleProcessTakesItsFirstGpu() {
    assertEquals(new Gpu("0", 0), TaskDevice.of(List.of(), FOUR, true));
    assertEquals(new Gpu("5", 0), TaskDevice.of(List.of(), new Sight("5,6", 2), true));
  }

  @Test
  void whatIsNotThereIsRefused() {
    refused("4", FOUR, "GPU '4'", "found 4 GPUs");
    refused("0", new Sight("", 0), "GPU '0'", "found 0 GPUs");
    refused("0", new Sight("4,6", 2), "CUDA_VISIBLE_DEVICES=4,6");
    refused("GPU-1", FOUR, "GPU 'GPU-1'");
    refused("6", new Sight("4,6", 1), "found 1 GPUs");
  }

  private static void refused(String address, Sight sight, String... words) {
    String message =
        assertThrows(
                InvalidInputException.class, () -> TaskDevice.of(List.of(address), sight, false))
            .getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void aTaskHasOneGpu() {
    assertThrows(InvalidInputException.class, () -> TaskDevice.of(List.of("0", "1"), FOUR, false));
  }
}
