package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how much faster two workers of one core are than one, on the quality units of the
 * quickstart's network: {@code -Dscaling.images} images, {@code -Dscaling.rounds} times each, in
 * turn. It prints what it finds; what that should be depends on the machine having nothing else to
 * do.
 */
@Tag("long")
@Timeout(900)
class ScalingTest {
  @TempDir Path folder;

  @Test
  void twoWorkersMeasureWhatOneDoes() throws Exception {
    int rounds = Integer.getInteger("scaling.rounds", 2);
    List<Double> ratios = new ArrayList<>();
    try (Cluster cluster =
        Cluster.start(folder.resolve("cluster"), 2, "--cores", "1", "--memory", "1g")) {
      for (int round = 0; round < rounds; round++) {
        double one = seconds(cluster, 1, round);
        double two = seconds(cluster, 2, round);
        ratios.add(one / two);
        System.out.printf(
            "quality units: one worker %.1f s, two %.1f s, ratio %.2f%n", one, two, one / two);
        assertEquals(
            Duck.query(results(1, round), PREDICTIONS), Duck.query(results(2, round), PREDICTIONS));
      }
    }
    assertEquals(rounds, ratios.size());
  }

  private static final String PREDICTIONS =
      "select trial_id, image, pred1, logit1 from predictions order by trial_id, image";

  private Path results(int workers, int round) {
    return folder.resolve("results-%d-%d".formatted(workers, round));
  }

  /** From the start of the first unit to the end of the last. */
  private double seconds(Cluster cluster, int workers, int round)
      throws IOException, InterruptedException {
    Path events = folder.resolve("events-%d-%d".formatted(workers, round));
    List<String> options = new ArrayList<>(EventLog.settings(events));
    options.addAll(
        List.of(
            "--driver-memory",
            "1g",
            "--executor-memory",
            "1g",
            "--conf",
            "spark.cores.max=" + workers));
    List<String> command =
        List.of(
            "run",
            Job.PROJECT.resolve("sweeps/quickstart.yaml").toString(),
            "--results",
            results(workers, round).toString(),
            "--set",
            "data.count=" + Integer.getInteger("scaling.images", 600),
            "--set",
            "measure.quality.batch_size=10",
            "--set",
            "measure.throughput=");
    Job.Ended ended;
    try (Job job = cluster.submit(Map.of(), options, command)) {
      ended = job.await(400).withCode(0);
    }
    List<EventLog.Task> units =
        EventLog.tasks(events, ended.err()).stream().filter(EventLog.Task::quality).toList();
    assertTrue(units.size() >= 2 * workers, () -> "too few units: " + units);
    long begin = units.stream().mapToLong(EventLog.Task::begin).min().orElseThrow();
    long end = units.stream().mapToLong(EventLog.Task::end).max().orElseThrow();
    return (end - begin) / 1000.0;
  }
}
