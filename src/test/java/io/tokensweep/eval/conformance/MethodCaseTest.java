package io.tokensweep.eval.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cases of kind {@code method} run any registered method. */
class MethodCaseTest {
  private static final Path GOLDEN = Path.of("../shared/golden");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** A golden case of another kind, run as one of this kind. */
  private CaseResult run(String name, String config) throws IOException {
    Path original = GOLDEN.resolve(name);
    Assumptions.assumeTrue(Files.isDirectory(original), () -> original + " is not here");
    String others = GOLDEN.toAbsolutePath().normalize() + "/";
    String text = Files.readString(original.resolve("case.json")).replace("\"../", "\"" + others);
    ObjectNode json = (ObjectNode) JSON.readTree(text);
    json.put("kind", "method");
    JsonNode more = JSON.readTree(config);
    ((ObjectNode) json.get("config")).setAll((ObjectNode) more);
    Files.writeString(folder.resolve("case.json"), json.toString());
    Files.copy(
        original.resolve("io.safetensors"),
        folder.resolve("io.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    return Conformance.run(folder).get(0);
  }

  @Test
  void selectionAgreesWithTheOfficialCode() throws IOException {
    CaseResult result =
        run(
            "evit_k50_nofuse_mini",
            "{\"method\": \"evit\", \"parameters\": {\"fuse\": false}, \"sites\": [3, 6, 9]}");
    assertEquals(CaseResult.Status.PASS, result.status(), result.detail());
    assertTrue(!result.detail().contains(".kept"), result.detail());
  }

  @Test
  void mergingAgreesWithTheOfficialCode() throws IOException {
    CaseResult result =
        run("tome_const_prop_mini", "{\"method\": \"tome\", \"parameters\": {\"r\": 4}}");
    assertEquals(CaseResult.Status.PASS, result.status(), result.detail());
  }

  @Test
  void anotherParameterFails() throws IOException {
    CaseResult result =
        run("tome_const_prop_mini", "{\"method\": \"tome\", \"parameters\": {\"r\": 5}}");
    assertEquals(CaseResult.Status.FAIL, result.status(), result.detail());
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    for (String[] wrong :
        new String[][] {
          {"{\"method\": \"tomb\"}", "allowed is one of none, random, evit"},
          {"{\"method\": \"tome\", \"parameters\": {\"s\": 4}}", "parameters of method tome"},
          {"{\"method\": \"tome\", \"parameters\": {\"r\": -1}}", "config.parameters.r: found -1"},
          {"{\"method\": \"evit\", \"sites\": [12]}", "sites among the 12 blocks"}
        }) {
      CaseResult result = run("tome_const_prop_mini", wrong[0]);
      assertEquals(CaseResult.Status.FAIL, result.status());
      assertTrue(result.detail().contains(wrong[1]), result.detail());
    }
  }
}
