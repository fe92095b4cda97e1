package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose processes prove who they are and encrypt what they say. */
@Tag("long")
@Timeout(400)
class SecretsTest {
  @TempDir Path folder;

  private static String secret() {
    return "planted-" + UUID.randomUUID();
  }

  @Test
  void noSecretIsInAnythingThatARunLeaves() throws Exception {
    String shared = secret();
    String key = secret();
    String variable = secret();
    Path settings =
        Files.writeString(
            folder.resolve("secrets.properties"),
            """
            spark.authenticate true
            spark.authenticate.secret %s
            spark.network.crypto.enabled true
            spark.io.encryption.enabled true
            spark.hadoop.fs.s3a.secret.key %s
            """
                .formatted(shared, key));
    Path events = folder.resolve("left/events");
    Path results = folder.resolve("left/results");
    List<String> options = new ArrayList<>(Runs.GPUS);
    options.addAll(List.of("--properties-file", settings.toString()));
    options.addAll(EventLog.settings(events));
    Path sweep = TinySweep.write(folder);
    Map<String, String> environment = Map.of("AWS_SECRET_ACCESS_KEY", variable);
    Job.Ended ended;
    try (Cluster cluster =
            Cluster.start(
                folder.resolve("left/cluster"),
                2,
                "--cores",
                "2",
                "--memory",
                "1g",
                "--fake-gpus",
                "2",
                "--properties-file",
                settings.toString());
        Job job = cluster.submit(environment, options, Runs.run(sweep, results))) {
      while (cluster.executors().isEmpty()) {
        assertTrue(job.isAlive(), "ended without an executor");
        Thread.sleep(20);
      }
      for (ProcessHandle executor : cluster.executors()) {
        assertNone(executor.info().commandLine().orElse(""), shared, key, variable);
      }
      assertNone(job.process().info().commandLine().orElse(""), shared, key, variable);
      ended = job.await(240).withCode(0);
      assertTrue(
          Files.readString(folder.resolve("left/cluster/standalone/master.log"))
              .contains("authentication enabled"));
    }
    assertEquals(TinySweep.TRIALS, ended.json().get("ok").intValue());
    assertNone(ended.out() + ended.err(), shared, key, variable);
    List<Path> left = files(folder.resolve("left"));
    assertTrue(left.stream().anyMatch(file -> file.toString().contains("/events/app-")));
    assertTrue(left.stream().anyMatch(file -> file.toString().endsWith(".html")));
    for (Path file : left) {
      assertNone(Files.readString(file, StandardCharsets.ISO_8859_1), shared, key, variable);
    }
    for (Path file : files(results)) {
      assertNone(
          Files.readString(file, StandardCharsets.ISO_8859_1),
          "AWS_SECRET_ACCESS_KEY",
          "LS_COLORS");
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  private static void assertNone(String text, String... secrets) {
    for (String secret : secrets) {
      int place = text.indexOf(secret);
      assertFalse(
          place >= 0,
          () -> "…" + text.substring(Math.max(0, place - 300), place + secret.length()));
    }
  }

  /** Who does not know the secret gets nothing done. */
  @Test
  void aWorkerWithoutTheSecretIsRefused() throws Exception {
    Path settings =
        Files.writeString(
            folder.resolve("secrets.properties"),
            "spark.authenticate true\nspark.authenticate.secret %s\n".formatted(secret()));
    try (Cluster cluster =
        Cluster.start(folder.resolve("cluster"), 0, "--properties-file", settings.toString())) {
      Path stranger = Files.createDirectories(folder.resolve("stranger"));
      List<String> command =
          List.of(
              Job.script("standalone/start.sh"),
              "--workers",
              "1",
              "--master",
              cluster.master(),
              "--dir",
              stranger.toString());
      try (Job job = Job.start(folder, Map.of(), command)) {
        job.endsWithin(15);
        String log = Files.readString(stranger.resolve("worker-1.log"));
        assertFalse(log.contains("Successfully registered"), log);
        assertFalse(
            Files.readString(folder.resolve("cluster/standalone/master.log"))
                .contains("Registering worker"));
      } finally {
        try (Job job =
            Job.start(
                folder,
                Map.of(),
                List.of(Job.script("standalone/stop.sh"), "--dir", stranger.toString()))) {
          job.await(60);
        }
      }
    }
  }
}
