package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jobs/gpus.sh} with a driver's tool that lists what a test wants. */
@Timeout(60)
class GpusScriptTest {
  private static final String THREE =
      """
      GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-aaaa-1)
      GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-bbbb-2)
      GPU 2: NVIDIA A100-SXM4-40GB (UUID: GPU-cccc-3)
      """;

  private static final String CUT =
      """
      GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-aaaa-1)
      GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-bbbb-2)
        MIG 3g.20gb     Device  0: (UUID: MIG-dddd-4)
        MIG 3g.20gb     Device  1: (UUID: MIG-eeee-5)
      """;

  @TempDir Path folder;

  @BeforeEach
  void listThree() throws IOException {
    lists(THREE);
  }

  private void lists(String gpus) throws IOException {
    Files.writeString(folder.resolve("gpus"), gpus);
    Path tool = folder.resolve("nvidia-smi");
    Files.writeString(tool, "#!/bin/sh\n[ \"$*\" = -L ] && cat '%s/gpus'\n".formatted(folder));
    assertTrue(tool.toFile().setExecutable(true));
  }

  private Job ask(Map<String, String> environment, String... command) throws IOException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("PATH", folder + ":" + System.getenv("PATH"));
    all.put("TOKENSWEEP_GPU_CLAIMS", folder.resolve("claims").toString());
    return Job.start(folder, all, List.of(command));
  }

  private Job.Ended ended(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Job.script("gpus.sh")));
    command.addAll(List.of(arguments));
    try (Job job = ask(environment, command.toArray(String[]::new))) {
      return job.await(30);
    }
  }

  private static List<String> addresses(String json) throws IOException {
    JsonNode found = new ObjectMapper().readTree(json);
    assertEquals("gpu", found.path("name").textValue());
    List<String> addresses = new ArrayList<>();
    found.path("addresses").forEach(address -> addresses.add(address.textValue()));
    return addresses;
  }

  @Test
  void listsInSparksFormat() throws Exception {
    assertEquals(List.of("0", "1", "2"), addresses(ended(Map.of()).withCode(0).out()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2,0|2 0",
        "GPU-b|GPU-b",
        "2,GPU-cccc-3,1|2 1",
        "1,9,0|1",
        "0,0|0",
        " 1 , 2 |1 2",
      })
  void reportsWhatAProcessIsShownAndNothingTwice(String visible, String expected) throws Exception {
    assertEquals(
        List.of(expected.split(" ", -1)),
        addresses(ended(Map.of("CUDA_VISIBLE_DEVICES", visible), "--list").withCode(0).out()));
  }

  @Test
  void anInstanceCountsWhereItIsShownAndItsGpuNever() throws Exception {
    lists(CUT);
    Job.Ended all = ended(Map.of(), "--list").withCode(0);
    assertEquals(List.of("0"), addresses(all.out()));
    assertTrue(all.err().contains("CUDA_VISIBLE_DEVICES=MIG-dddd-4"), all.err());
    Map<String, String> shown = Map.of("CUDA_VISIBLE_DEVICES", "MIG-eeee-5,MIG-dddd-4");
    assertEquals(List.of("MIG-eeee-5"), addresses(ended(shown, "--list").withCode(0).out()));
    assertTrue(
        ended(Map.of("CUDA_VISIBLE_DEVICES", "1"), "--list")
            .withCode(2)
            .err()
            .contains("no GPU is visible"));
  }

  /** As several workers on one machine ask; a GPU is free again when its worker is gone. */
  @Test
  void whatOneProcessHasNoOtherGets() throws Exception {
    String asks = "TOKENSWEEP_GPUS=2 %s; echo; exec sleep 60".formatted(Job.script("gpus.sh"));
    Path first = folder.resolve("first");
    try (Job worker = ask(Map.of(), "bash", "-c", "(%s) > '%s'".formatted(asks, first))) {
      while (!Files.exists(first) || !Files.readString(first).endsWith("\n\n")) {
        assertTrue(worker.isAlive());
        Thread.sleep(20);
      }
      assertEquals(List.of("0", "1"), addresses(Files.readString(first)));
      assertEquals(List.of("2"), addresses(ended(Map.of()).withCode(0).out()));
      Job.Ended none = ended(Map.of("CUDA_VISIBLE_DEVICES", "1,GPU-aaaa")).withCode(2);
      assertTrue(none.err().contains("no GPU is free"), none.err());
    }
    long end = System.nanoTime() + 10_000_000_000L;
    while (!ended(Map.of()).out().contains("\"0\", \"1\", \"2\"".replace(" ", ""))) {
      assertTrue(System.nanoTime() < end, "still taken");
    }
  }

  @Test
  void withoutADriverItSaysSo() throws Exception {
    Map<String, String> nothing = Map.of("TOKENSWEEP_GPU_CLAIMS", folder.toString());
    try (Job job = Job.start(folder, nothing, List.of(Job.script("gpus.sh")))) {
      Job.Ended ended = job.await(30);
      if (ended.code() != 0) { // on a machine with a driver there is nothing to refuse
        assertEquals(2, ended.code());
        assertTrue(ended.err().contains("no nvidia-smi"), ended.err());
      }
    }
  }
}
