package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {
  private static final long MEBIBYTE = 1 << 20;

  @BeforeEach
  void startEngine() {
    EngineThreads.apply();
    EngineThreads.use(1);
    assumeTrue(PeakMemory.of(() -> {}).isPresent(), "the kernel does not tell peaks");
  }

  /** Two arrays one after another, of which the larger one counts. */
  private static void allocate(long mebibytes) {
    for (long size : new long[] {mebibytes, mebibytes / 2}) {
      try (NDManager manager = NDManager.newBaseManager()) {
        assertEquals(1, manager.ones(new Shape(size * MEBIBYTE / 4)).getFloat(0));
      }
    }
  }

  /**
   * Within 24 MiB: pages that Java's heap and compilers touch meanwhile count as well. The second
   * round would find nothing if memory in the allocator's stock did not count.
   */
  @Test
  void thePeakOfNativeMemoryIsSeenEveryTime() {
    for (int round = 0; round < 3; round++) {
      for (long size : new long[] {48, 192}) {
        OptionalLong peak = PeakMemory.of(() -> allocate(size));
        assertEquals((double) size, (double) peak.orElseThrow() / MEBIBYTE, 24, "round " + round);
      }
    }
    assertTrue(PeakMemory.of(() -> {}).orElseThrow() < 24 * MEBIBYTE);
  }
}
