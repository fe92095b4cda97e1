package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two drivers at the same sweep and store at once, on the same cluster. */
@Tag("long")
@Timeout(400)
class TwoDriversTest {
  @TempDir Path folder;

  @Test
  void oneCopyOfEveryRowIsLeft() throws Exception {
    Path sweep = TinySweep.write(folder);
    Path alone = folder.resolve("alone");
    Path shared = folder.resolve("shared");
    List<String> options = new ArrayList<>(Runs.GPUS);
    options.addAll(List.of("--conf", "spark.cores.max=2")); // a worker for each
    try (Cluster cluster = Runs.cluster(folder.resolve("cluster"))) {
      try (Job job = cluster.submit(Map.of(), options, Runs.run(sweep, alone))) {
        job.await(180).withCode(0);
      }
      try (Job first = cluster.submit(Map.of(), options, Runs.run(sweep, shared));
          Job second = cluster.submit(Map.of(), options, Runs.run(sweep, shared))) {
        for (Job job : List.of(first, second)) {
          assertEquals(TinySweep.TRIALS, job.await(300).withCode(0).json().get("ok").intValue());
        }
      }
    }
    assertEquals(Duck.contents(alone), Duck.contents(shared));
  }
}
