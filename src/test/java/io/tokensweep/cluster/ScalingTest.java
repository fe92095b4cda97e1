package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.Duck;
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
 * turn. Each worker is bound to a core of its own, as if it were a machine; Master and driver live
 * on the first. Unbound, compiler and collector of a single one work on the core that it does not
 * have. It prints what it finds; what that should be depends on the machine having nothing else to
 * do.
 */
@Tag("long")
@Timeout(1800)
class ScalingTest {
  @TempDir Path folder;

  @Test
  void twoWorkersMeasureWhatOneDoes() throws Exception {
    int rounds = Integer.getInteger("scaling.rounds", 1);
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      double one = seconds(1, round);
      double two = seconds(2, round);
      ratios.add(one / two);
      System.out.printf(
          "quality units: one worker %.1f s, two %.1f s, ratio %.2f%n", one, two, one / two);
      assertEquals(
          Duck.query(results(1, round), PREDICTIONS), Duck.query(results(2, round), PREDICTIONS));
    }
    assertEquals(rounds, ratios.size());
  }

  /** Processes that it starts inherit the core. */
  private static void bind(ProcessHandle process, int core) throws Exception {
    Process taskset =
        new ProcessBuilder("taskset", "-acp", "" + core, "" + process.pid())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(0, taskset.waitFor(), "taskset");
  }

  private static final String PREDICTIONS =
      "select trial_id, image, pred1, logit1 from predictions order by trial_id, image";

  private Path results(int workers, int round) {
    return folder.resolve("results-%d-%d".formatted(workers, round));
  }

  /** From the start of the first unit to the end of the last. */
  private double seconds(int workers, int round) throws Exception {
    Path events = folder.resolve("events-%d-%d".formatted(workers, round));
    List<String> options = new ArrayList<>(EventLog.settings(events));
    options.addAll(List.of("--driver-memory", "1g", "--executor-memory", "1g"));
    List<String> command =
        List.of(
            "run",
            Job.PROJECT.resolve("sweeps/quickstart.yaml").toString(),
            "--results",
            results(workers, round).toString(),
            "--set",
            "data.count=" + Integer.getInteger("scaling.images", 6000),
            "--set",
            "measure.quality.batch_size=50",
            "--set",
            "measure.throughput=");
    Job.Ended ended;
    try (Cluster cluster =
            Cluster.start(
                folder.resolve("cluster-%d-%d".formatted(workers, round)),
                workers,
                "--cores",
                "1",
                "--memory",
                "1g");
        Job job = cluster.submit(Map.of(), options, command)) {
      bind(job.process(), 0);
      bind(cluster.process("master").orElseThrow(), 0);
      int core = 0;
      for (ProcessHandle worker : cluster.workers()) {
        bind(worker, core++);
      }
      ended = job.await(800).withCode(0);
    }
    List<EventLog.Task> units =
        EventLog.tasks(events, ended.err()).stream().filter(EventLog.Task::quality).toList();
    assertTrue(units.size() >= 2 * workers, () -> "too few units: " + units);
    long begin = units.stream().mapToLong(EventLog.Task::begin).min().orElseThrow();
    long end = units.stream().mapToLong(EventLog.Task::end).max().orElseThrow();
    return (end - begin) / 1000.0;
  }
}
