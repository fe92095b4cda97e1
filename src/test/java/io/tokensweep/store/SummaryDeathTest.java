package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.SyntheticRun.Trial;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it sums runs up leaves nothing that anybody believes. */
@Timeout(240)
class SummaryDeathTest {
  private static final int RUNS = SummaryUpdate.PART_RUNS + 40;
  private static final int DEATHS = 3;

  @TempDir Path root;

  /** The program that is killed. */
  public static void main(String[] arguments) {
    ResultStore store = ResultStore.existing(Path.of(arguments[0]));
    System.out.println("begins");
    Summary.read(store, Summary::runs);
  }

  @Test
  void whenItIsKilledTheNextOneSeesAllRuns() throws Exception {
    Files.createDirectories(root.resolve("runs"));
    for (int i = 0; i < RUNS; i++) {
      String id = "20260101T%09dZ-000000".formatted(i);
      SyntheticRun.of(id, "%040x".formatted(i), new double[] {0.1}, Trial.none(any -> true))
          .images(1)
          .publish(root);
    }
    ResultStore store = ResultStore.existing(root);
    List<RunHead> heads = Summary.read(store, Summary::runs);
    assertEquals(RUNS, heads.size());
    long undisturbed = diesAfter(Long.MAX_VALUE);
    Random random = new Random(5);
    int killed = 0;
    for (int death = 0; death < DEATHS; death++) {
      long life = (long) (undisturbed * (death + random.nextDouble()) / DEATHS);
      killed += diesAfter(life) < 0 ? 1 : 0;
      assertEquals(heads, Summary.read(store, Summary::runs), "killed after %d ms".formatted(life));
      assertEquals(List.of(), drafts());
    }
    assertTrue(killed > 0, "it was always faster");
  }

  /**
   * Sums all runs up in a process of its own.
   *
   * @param millis that it has
   * @return how long it took, -1 if it was killed
   */
  private long diesAfter(long millis) throws IOException, InterruptedException {
    AtomicFiles.deleteFolder(root.resolve("_summary"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SummaryDeathTest.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertEquals("begins", out.readLine());
      long start = System.nanoTime();
      boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
      if (ended) {
        assertEquals(0, process.exitValue());
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      }
      return -1;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private List<Path> drafts() throws IOException {
    try (Stream<Path> entries = Files.list(root.resolve("_summary"))) {
      return entries.filter(entry -> entry.toString().endsWith(".tmp")).toList();
    }
  }
}
