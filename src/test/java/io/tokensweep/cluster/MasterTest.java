package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master that is gone, and one that has no executor to give. */
@Timeout(300)
class MasterTest {
  private static final List<String> IMPATIENT =
      List.of("--driver-memory", "512m", "--conf", "spark.tokensweep.executorTimeout=3s");

  private static final List<String> SMALL =
      List.of("--driver-memory", "512m", "--executor-memory", "1g");

  @TempDir Path folder;

  private Job submit(Cluster cluster, List<String> options) throws IOException {
    Path sweep = TinySweep.write(folder);
    return cluster.submit(
        Map.of(),
        options,
        Runs.run(sweep, folder.resolve("results"), "--set", "measure.throughput="));
  }

  /** Exit code 5 and one line that has these words; Spark's own warnings come ahead of it. */
  private static void unfinished(Job.Ended ended, String... words) {
    List<String> lines =
        ended.withCode(5).err().lines().filter(line -> line.startsWith("tokensweep: ")).toList();
    assertEquals(1, lines.size(), ended.err());
    for (String word : words) {
      assertTrue(lines.get(0).contains(word), () -> "no '%s' in %s".formatted(word, lines));
    }
    assertTrue(ended.err().lines().noneMatch(line -> line.startsWith("\tat io.tokensweep")));
    assertEquals("", ended.out());
  }

  private static void kill(Cluster cluster) throws Exception {
    ProcessHandle master = cluster.process("master").orElseThrow();
    master.destroyForcibly();
    master.onExit().get();
  }

  @Test
  void aRunThatGetsNoExecutorEndsInOneLine() throws Exception {
    try (Cluster cluster = Cluster.start(folder.resolve("cluster"), 0);
        Job job = submit(cluster, IMPATIENT)) {
      unfinished(
          job.await(90),
          "no executor came within 3 s",
          "spark.tokensweep.executorTimeout",
          cluster.master(),
          "the same command goes on");
    }
  }

  @Test
  void aRunWithoutAMasterEndsInOneLine() throws Exception {
    String master;
    try (ServerSocket free = new ServerSocket(0)) {
      master = "spark://127.0.0.1:" + free.getLocalPort();
    }
    List<String> words = new ArrayList<>(List.of(Job.script("submit.sh"), "--master", master));
    words.addAll(IMPATIENT);
    words.addAll(List.of("--", "run", TinySweep.write(folder).toString()));
    words.addAll(List.of("--results", folder.resolve("results").toString()));
    try (Job job = Job.start(folder, Map.of(), words)) {
      unfinished(job.await(90), master, "does not answer within 3 s", "the same command goes on");
    }
  }

  @Test
  @Tag("long")
  void aMasterThatComesLateIsFound() throws Exception {
    try (Cluster cluster = Cluster.start(folder.resolve("cluster"), 1, "--memory", "1g")) {
      kill(cluster);
      try (Job job = submit(cluster, SMALL)) {
        Thread.sleep(5000);
        cluster.mend();
        job.await(120).withCode(0);
      }
    }
  }

  /** A new master knows the application only from what the one before it has written down. */
  @Test
  @Tag("long")
  void aMasterThatStartsAgainGivesExecutorsToAnApplicationOfTheOneBefore() throws Exception {
    Path cluster = folder.resolve("cluster");
    Path log = cluster.resolve("standalone/master.log");
    try (Cluster running = Cluster.start(cluster, 0);
        Job job = submit(running, SMALL)) {
      while (!Files.readString(log).contains("Registered app")) {
        assertTrue(job.isAlive());
        Thread.sleep(20);
      }
      kill(running);
      Thread.sleep(5000);
      running.mend(1, "--memory", "1g");
      job.await(120).withCode(0);
    }
  }
}
