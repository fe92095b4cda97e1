package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PeakMemoryTest {
  private static final long MEBIBYTE = 1 << 20;

  /**
   * In a process of its own, whose heap is resident from the start and of one size: that of this
   * one, grown by tests before, shrinks at any time by any amount.
   */
  private static final List<String> STEADY_HEAP =
      List.of(
          "-Xms128m",
          "-Xmx128m",
          "-XX:+AlwaysPreTouch",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1");

  /** Within 24 MiB: pages that the engine and the compiler touch meanwhile count as well. */
  private static final double TOLERANCE = 24;

  /** The second round would find nothing if memory in the allocator's stock did not count. */
  @Test
  void thePeakOfNativeMemoryIsSeenEveryTime(@TempDir Path folder) throws Exception {
    List<String> lines = measured(folder);
    assumeFalse(lines.isEmpty(), "the kernel does not tell peaks");
    assertEquals(7, lines.size());
    for (String line : lines) {
      String[] allocatedAndPeak = line.split(" ", 2);
      assertEquals(
          Double.parseDouble(allocatedAndPeak[0]),
          Double.parseDouble(allocatedAndPeak[1]),
          TOLERANCE,
          () -> "MiB allocated and at the peak: " + lines);
    }
  }

  private static List<String> measured(Path folder) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(STEADY_HEAP);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-") || flag.startsWith("-D"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(PeakMemoryTest.class.getName());
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertTrue(process.waitFor(100, TimeUnit.SECONDS), "still running");
      assertEquals(0, process.exitValue(), () -> read(err));
      return Files.readAllLines(out);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints what was allocated and the peak of it; nothing where the kernel does not tell. */
  public static void main(String[] arguments) {
    EngineThreads.apply();
    EngineThreads.use(1);
    allocate(2);
    if (PeakMemory.of(Device.cpu(), () -> {}).isEmpty()) {
      return;
    }
    for (int round = 0; round < 3; round++) {
      for (long size : new long[] {48, 192}) {
        print(size, PeakMemory.of(Device.cpu(), () -> allocate(size)));
      }
    }
    print(0, PeakMemory.of(Device.cpu(), () -> {}));
  }

  private static void print(long allocated, OptionalLong peak) {
    System.out.println(allocated + " " + (double) peak.orElseThrow() / MEBIBYTE);
  }

  /** Two arrays one after another, of which the larger one counts. */
  private static void allocate(long mebibytes) {
    for (long size : new long[] {mebibytes, mebibytes / 2}) {
      try (NDManager manager = NDManager.newBaseManager()) {
        assertEquals(1, manager.ones(new Shape(size * MEBIBYTE / 4)).getFloat(0));
      }
    }
  }
}
