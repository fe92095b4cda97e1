package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.VisionTransformer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Runs in its own process, whose Java heap is resident from the start and cannot grow. */
  @Test
  void nothingOutlivesItsBatch() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.exists(STATUS), () -> STATUS + " is not here");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                ManyBatches.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  /** Ends with an exception as soon as something outlives its batch. */
  static final class ManyBatches {
    private static final int BATCH = 5;
    private static final int WARM_UP = 50;
    private static final int BATCHES = 200;

    /**
     * Resident memory settles within a few megabytes after some twenty batches; the rest is for the
     * allocator's arenas. Single arrays, too small to show here, are counted instead.
     */
    private static final long ALLOWED_GROWTH = 64L << 20;

    private ManyBatches() {}

    public static void main(String[] arguments) throws IOException {
      Architecture architecture = RandomNetworks.small(true);
      List<Variant> all = Variants.mixed(architecture);
      List<Variant> variants =
          IntStream.range(0, all.size()).filter(i -> i % 8 == 1).mapToObj(all::get).toList();
      long[] imageKeys = LongStream.range(0, BATCH).toArray();
      try (NDManager manager = NDManager.newBaseManager()) {
        VisionTransformer network = Variants.network(architecture, manager);
        Evaluator evaluator = new Evaluator(network, variants);
        int before = arrays(manager);
        long warm = 0;
        for (int i = 0; i < BATCHES; i++) {
          try (NDManager scope = manager.newSubManager()) {
            NDArray pixels = RandomNetworks.images(architecture, BATCH, i, scope);
            evaluator.evaluate(pixels, imageKeys, (variant, outcome) -> {});
            new Forward(network, all.get(i % all.size()).sites(), Forward.Observer.NONE)
                .logits(pixels, imageKeys);
          }
          if (arrays(manager) != before) {
            throw new IllegalStateException(
                "%d arrays after batch %d, before %d".formatted(arrays(manager), i, before));
          }
          if (i == WARM_UP) {
            warm = residentBytes();
          }
        }
        long growth = residentBytes() - warm;
        if (growth > ALLOWED_GROWTH) {
          throw new IllegalStateException("resident memory grew by %d bytes".formatted(growth));
        }
      }
    }

    /** Arrays of the engine's root manager and all managers below it. */
    private static int arrays(NDManager manager) {
      return manager.getParentManager().getManagedArrays().size();
    }

    private static long residentBytes() throws IOException {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    }
  }
}
