package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** The driver on a worker, and sessions as processes of an executor. */
@Tag("long")
@Timeout(400)
class ClusterModeTest {
  @TempDir Path folder;

  @Test
  void aDriverOnAWorkerMeasuresTheSame() throws Exception {
    Path sweep = TinySweep.write(folder);
    Path local = folder.resolve("local");
    Path distributed = folder.resolve("distributed");
    try (Job job = Runs.local(folder, Runs.run(sweep, local, "--sessions", "2"))) {
      job.await(180).withCode(0);
    }
    List<String> options = new ArrayList<>(Runs.GPUS);
    options.addAll(
        List.of(
            "--deploy-mode",
            "cluster",
            "--conf",
            "spark.standalone.submit.waitAppCompletion=true"));
    try (Cluster cluster =
            Cluster.start(
                folder.resolve("cluster"),
                2,
                "--cores",
                "3",
                "--memory",
                "2g",
                "--fake-gpus",
                "2");
        Job job =
            cluster.submit(Map.of(), options, Runs.run(sweep, distributed, "--sessions", "2"))) {
      job.await(240).withCode(0);
    }
    assertEquals(Duck.contents(local), Duck.contents(distributed));
    assertTrue((Long) Duck.cell(distributed, "select count(distinct session) from timings") == 2);
  }
}
