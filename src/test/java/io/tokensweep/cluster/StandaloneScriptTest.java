package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
}
