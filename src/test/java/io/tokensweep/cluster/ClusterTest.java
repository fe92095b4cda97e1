package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sweep on a real cluster: a Master and two Workers with two made-up GPUs each. */
@Timeout(300)
class ClusterTest {
  @TempDir Path folder;

  @Test
  void eachTaskHasItsOwnGpuAndTablesAreThoseOfALocalRun() throws Exception {
    Path sweep = TinySweep.write(folder);
    Path local = folder.resolve("local");
    Path distributed = folder.resolve("distributed");
    Path events = folder.resolve("events");
    List<String> options = new ArrayList<>(Runs.GPUS);
    options.addAll(EventLog.settings(events));
    Job.Ended ended;
    try (Cluster cluster = Runs.cluster(folder.resolve("cluster"));
        Job submitted = cluster.submit(Map.of(), options, Runs.run(sweep, distributed))) {
      try (Job alone = Runs.local(folder, Runs.run(sweep, local))) {
        alone.await(120).withCode(0);
      }
      ended = submitted.await(180).withCode(0);
    }
    assertEquals(TinySweep.TRIALS, ended.json().get("ok").intValue());
    assertEquals(Duck.contents(local), Duck.contents(distributed));
    check(EventLog.tasks(events, ended.err()));
  }

  /** No GPU had two tasks at a time, and what was timed was alone. */
  static void check(List<EventLog.Task> tasks) {
    List<EventLog.Task> units = tasks.stream().filter(task -> !task.gpus().isEmpty()).toList();
    assertTrue(
        units.stream().anyMatch(EventLog.Task::throughput), () -> "nothing was timed: " + units);
    assertFalse(
        units.stream().allMatch(EventLog.Task::throughput), () -> "nothing was shared: " + units);
    Set<String> used =
        units.stream().flatMap(task -> task.gpus().stream()).collect(Collectors.toSet());
    assertTrue(Set.of("0", "1", "2", "3").containsAll(used), () -> "made up: " + used);
    for (EventLog.Task one : units) {
      assertEquals(1, one.gpus().size(), () -> "not one GPU: " + one);
      for (EventLog.Task other : units) {
        if (one.id() < other.id() && one.overlaps(other)) {
          assertFalse(one.gpus().equals(other.gpus()), () -> one + " beside " + other);
          assertFalse(one.throughput() || other.throughput(), () -> one + " beside " + other);
        }
      }
    }
  }
}
