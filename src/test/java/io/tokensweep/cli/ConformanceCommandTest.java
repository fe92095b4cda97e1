package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.SafetensorsWriter;
import io.tokensweep.model.checkpoint.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConformanceCommandTest {
  @TempDir Path folder;

  private record Run(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out.lines().reduce((first, last) -> last).orElseThrow());
    }
  }

  private static Run run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    int code =
        new CommandLine(new ConformanceCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(words);
    return new Run(code, out.toString(), err.toString());
  }

  /** Three tokens of one channel: 0, 1 and 5; r(Z) is 5 with either minimiser. */
  private void diversity(String name, double recorded) throws IOException {
    Path golden = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        golden.resolve("case.json"),
        """
        {"name": "%s", "kind": "diversity", "results": [
          {"matrix": "Z", "a_entrywise_l1_median": %s, "b_entrywise_l1_best_token": %s}]}
        """
            .formatted(name, recorded, recorded));
    SafetensorsWriter.write(
        golden.resolve("io.safetensors"),
        Map.of("Z", new HostTensor(new long[] {3, 1}, new float[] {0, 1, 5})),
        Map.of(),
        TensorType.F32);
  }

  private void unsupported() throws IOException {
    Path golden = Files.createDirectories(folder.resolve("unknown"));
    Files.writeString(golden.resolve("case.json"), "{\"name\": \"unknown\", \"kind\": \"x\"}");
  }

  @Test
  void passes() throws IOException {
    diversity("good", 5);
    unsupported();
    Run run = run(folder);
    assertEquals(0, run.code, run.err);
    assertTrue(run.out.contains("1 passed, 0 failed, 1 not supported"), run.out);
    assertEquals(1, run("--strict", folder).code);
  }

  @Test
  void failsWhereNumbersDiffer() throws IOException {
    diversity("bad", 5.1);
    diversity("good", 5);
    Run run = run("--json", folder);
    assertEquals(1, run.code);
    assertEquals(1, run.out.lines().count());
    assertTrue(run.err.contains("Z median differs by 1.0e-01"), run.err);
    JsonNode json = run.json();
    assertEquals(1, json.get("pass").intValue());
    assertEquals(1, json.get("fail").intValue());
    assertEquals(0, json.get("unsupported").intValue());
    JsonNode bad = json.get("cases").get(0);
    assertEquals("bad", bad.get("name").textValue());
    assertEquals("diversity", bad.get("kind").textValue());
    assertEquals("fail", bad.get("status").textValue());
    assertEquals(0.1, bad.get("max_abs_diff").doubleValue(), 1e-9);
    assertEquals(5.1e-6, bad.get("tolerance").doubleValue(), 1e-12);
    assertTrue(bad.get("detail").textValue().contains("Z median"));
    assertEquals("pass", json.get("cases").get(1).get("status").textValue());
  }

  @Test
  void unsupportedHasNoNumbers() throws IOException {
    unsupported();
    JsonNode golden = run("--json", folder).json().get("cases").get(0);
    assertEquals("unsupported", golden.get("status").textValue());
    assertTrue(golden.get("max_abs_diff").isNull());
    assertTrue(golden.get("tolerance").isNull());
  }

  @Test
  void refusesBadFolders() throws IOException {
    assertEquals(2, run(folder.resolve("missing")).code);
    assertEquals(2, run(folder).code);
    Files.createDirectories(folder.resolve("sub"));
    Run none = run("--json", folder);
    assertEquals(4, none.code);
    assertEquals(0, none.json().get("cases").size());
    Files.writeString(folder.resolve("sub/case.json"), "no json");
    Run broken = run(folder);
    assertEquals(2, broken.code);
    assertEquals(1, broken.err.lines().count(), broken.err);
    assertEquals(2, run().code);
  }
}
