package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jobs/standalone}: what it refuses and whom it leaves alone. */
@Timeout(120)
class StandaloneScriptTest {
  @TempDir Path folder;

  private Job.Ended run(String script, String... words) throws Exception {
    List<String> command =
        Stream.concat(Stream.of(Job.script("standalone/" + script)), Stream.of(words)).toList();
    try (Job job = Job.start(folder, Map.of(), command)) {
      return job.await(60);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--workers two|--workers: found 'two', allowed are whole numbers",
        "--cores 0|--cores: found '0', allowed are whole numbers from 1",
        "--memory 2|--memory: found '2', allowed are sizes",
        "--port|--port: a value is missing",
        "--gpus 1 --fake-gpus 1|give --gpus or --fake-gpus",
        "--master h:7077|--master: found 'h:7077', allowed is spark://",
        "--properties-file none|--properties-file: none cannot be read",
        "--wrong 1|found '--wrong'",
      })
  void startRefusesInOneLine(String words, String reason) throws Exception {
    Job.Ended ended = run("start.sh", words.split(" ", -1)).withCode(2);
    assertEquals("", ended.out());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(ended.err().contains(reason), ended.err());
  }

  @Test
  void stopRefusesAFolderThatIsNotThere() throws Exception {
    assertTrue(
        run("stop.sh", "--dir", folder + "/none").withCode(2).err().contains("there is no folder"));
  }

  /** Numbers of processes come again: the time of the start tells which one is meant. */
  @Test
  void stopLeavesAProcessAloneThatOnlyHasTheNumber() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(folder.resolve("worker-1.pid"), other.pid() + " 1\n");
      assertEquals(
          "ended 0 processes",
          run("stop.sh", "--dir", folder.toString()).withCode(0).out().strip());
      assertTrue(other.isAlive());
      assertFalse(Files.exists(folder.resolve("worker-1.pid")));
    } finally {
      other.destroyForcibly();
    }
  }

  /** Two workers on one host ask the same discovery script. */
  @Test
  @Tag("long")
  void noTwoWorkersHaveTheSameGpu() throws Exception {
    Path tool = folder.resolve("nvidia-smi");
    Files.writeString(
        tool,
        """
        #!/bin/sh
        echo "GPU 0: A (UUID: GPU-aaaa-1)"
        echo "GPU 1: A (UUID: GPU-bbbb-2)"
        echo "GPU 2: A (UUID: GPU-cccc-3)"
        """);
    assertTrue(tool.toFile().setExecutable(true));
    Map<String, String> environment =
        Map.of(
            "PATH",
            folder + ":" + System.getenv("PATH"),
            "TOKENSWEEP_GPU_CLAIMS",
            folder.resolve("claims").toString());
    Path cluster = folder.resolve("cluster");
    List<String> start = new ArrayList<>(List.of(Job.script("standalone/start.sh")));
    start.addAll(List.of("--workers", "2", "--gpus", "1", "--port", "0", "--ui-port", "0"));
    start.addAll(List.of("--dir", cluster.toString()));
    try (Job job = Job.start(folder, environment, start)) {
      job.await(90).withCode(0);
      Set<String> addresses = new HashSet<>();
      for (int worker = 1; worker <= 2; worker++) {
        Matcher found =
            Pattern.compile("gpu -> \\[name: gpu, addresses: ([0-9,]+)\\]")
                .matcher(Files.readString(cluster.resolve("worker-%d.log".formatted(worker))));
        assertTrue(found.find());
        addresses.add(found.group(1));
      }
      assertEquals(2, addresses.size(), addresses::toString);
    } finally {
      assertEquals(
          "ended 3 processes",
          run("stop.sh", "--dir", cluster.toString()).withCode(0).out().strip());
    }
  }
}
