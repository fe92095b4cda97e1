package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/slurm/sweep.sbatch} in an allocation of one node that this test pretends to be. */
@Tag("long")
@Timeout(300)
class SlurmScriptTest {
  /** As Slurm's: the command once for each node, ended with everything that it started. */
  private static final String SRUN =
      """
      #!/usr/bin/env bash
      while [[ $1 == --* ]]; do shift; done
      trap 'kill $(cat "$TEST_FOLDER"/node-0/worker-1.pid | cut -d" " -f1) $command' TERM
      "$@" &
      command=$!
      wait $command
      """;

  @TempDir Path folder;

  private Job batch(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Job.script("slurm/sweep.sbatch")));
    command.addAll(List.of(arguments));
    return Job.start(folder, environment, command);
  }

  private void tool(String name, String text) throws IOException {
    Path tool = Files.writeString(folder.resolve(name), text);
    assertTrue(tool.toFile().setExecutable(true));
  }

  @Test
  void bringsUpAClusterRunsTheSweepAndEndsBoth() throws Exception {
    tool("srun", SRUN);
    tool("hostname", "#!/bin/sh\necho 127.0.0.1\n");
    Path work = Job.PROJECT.resolve("target/slurm-test-" + ProcessHandle.current().pid());
    Map<String, String> allocation =
        Map.of(
            "PATH",
            folder + ":" + System.getenv("PATH"),
            "TEST_FOLDER",
            work.toString(),
            "SLURM_JOB_ID",
            work.getFileName().toString().replace("slurm-", ""),
            "SLURM_SUBMIT_DIR",
            Job.PROJECT.toString(),
            "SLURM_CPUS_ON_NODE",
            "2",
            "TOKENSWEEP_WORKER_MEMORY",
            "1024m",
            "SLURM_NODEID",
            "0");
    Path results = folder.resolve("results");
    Path sweep = TinySweep.write(folder);
    try (Job job = batch(allocation, sweep.toString(), "--results", results.toString(), "--json")) {
      Job.Ended ended = job.await(240).withCode(0);
      assertEquals(
          TinySweep.TRIALS,
          new com.fasterxml.jackson.databind.ObjectMapper()
              .readTree(
                  ended
                      .out()
                      .lines()
                      .filter(line -> line.startsWith("{"))
                      .findFirst()
                      .orElseThrow())
              .get("ok")
              .intValue());
    }
    assertFalse(Files.exists(work.resolve("spark.properties")), "the secret is still there");
    assertFalse(Files.exists(work.resolve("master/master.pid")), "the master was not ended");
  }

  @Test
  void outsideOfSlurmItSaysSo() throws Exception {
    try (Job job = batch(Map.of("SLURM_SUBMIT_DIR", Job.PROJECT.toString()), "x.yaml")) {
      Job.Ended ended = job.await(30).withCode(2);
      assertTrue(ended.err().contains("this is for Slurm"), ended.err());
      assertEquals(1, ended.err().lines().count());
    }
  }
}
