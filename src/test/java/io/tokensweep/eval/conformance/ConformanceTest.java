package io.tokensweep.eval.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformanceTest {
  private static final Path GOLDEN = Path.of("../shared/golden");

  @TempDir Path folder;

  private Path write(String name, String json) throws IOException {
    Path golden = Files.createDirectories(folder.resolve(name));
    Files.writeString(golden.resolve("case.json"), json);
    return golden;
  }

  /** A golden case of the reference data with one piece of its text changed. */
  private CaseResult altered(String name, String before, String after) throws IOException {
    Path original = GOLDEN.resolve(name);
    Assumptions.assumeTrue(Files.isDirectory(original), () -> original + " is not here");
    String json = Files.readString(original.resolve("case.json"));
    assertTrue(json.contains(before));
    String others = GOLDEN.toAbsolutePath().normalize() + "/";
    String own = others + name + "/weights.safetensors\"";
    Path copy =
        write(
            name,
            json.replace(before, after)
                .replace("\"../", "\"" + others)
                .replace("\"weights.safetensors\"", "\"" + own));
    Files.copy(
        original.resolve("io.safetensors"),
        copy.resolve("io.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    return Conformance.run(copy).get(0);
  }

  @Test
  void anUnchangedCopyPasses() throws IOException {
    CaseResult result = altered("evit_k50_fuse_mini", "\"name\"", "\"name\"");
    assertEquals(CaseResult.Status.PASS, result.status(), result.detail());
  }

  @Test
  void anotherKeepRateFails() throws IOException {
    CaseResult result = altered("evit_k50_fuse_mini", "\"keep_rate\": 0.5", "\"keep_rate\": 0.6");
    assertEquals(CaseResult.Status.FAIL, result.status());
    assertTrue(result.detail().contains("n_tokens_after_block"), result.detail());
  }

  @Test
  void otherSitesFail() throws IOException {
    CaseResult result =
        altered("evit_k50_fuse_mini", "\"drop_loc\": [\n   3,", "\"drop_loc\": [\n   2,");
    assertEquals(CaseResult.Status.FAIL, result.status());
  }

  @Test
  void otherImagesFail() throws IOException {
    CaseResult result = altered("evit_k50_nofuse_mini", "   0,\n   1,", "   1,\n   0,");
    assertEquals(CaseResult.Status.FAIL, result.status());
    assertTrue(result.maxAbsDiff().orElseThrow() > 0.01);
  }

  @Test
  void anotherInterpolationFails() throws IOException {
    CaseResult result =
        altered("evit_mini_at96", "F.interpolate bicubic", "F.interpolate bilinear");
    assertEquals(CaseResult.Status.FAIL, result.status());
  }

  @Test
  void evitOfAnotherRepositoryIsNotSupported() throws IOException {
    CaseResult result = altered("evit_k50_fuse_mini", "youweiliang/evit", "someone/else");
    assertEquals(CaseResult.Status.UNSUPPORTED, result.status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bat_k50_mini | \"density\": \"knn\" | \"density\": \"all\" | FAIL",
        "bat_k50_mini | \"neighbours\": 5 | \"neighbours\": 4 | FAIL",
        "bat_k50_mini | \"strategy\": \"full\" | \"strategy\": \"cluster\" | FAIL",
        "bat_k50_mini | \"strategy\": \"full\" | \"strategy\": \"all\" | FAIL",
        "bat_kmeans3_k50_mini | \"iterations\": 3 | \"iterations\": 1 | FAIL",
        "bat_avgpool_k50_mini | \"avgpool\" | \"maxpool\" | FAIL",
        "bat_avgpool_k50_mini | \"avgpool\" | \"conv\" | UNSUPPORTED",
        "bat_evit_k50_mini | \"evit_token\": true | \"evit_token\": false | FAIL",
        "evovit_mini | \"stage_wise_prune\": true | \"stage_wise_prune\": false | FAIL",
        "evovit_mini | \"prunecls\": false | \"prunecls\": true | UNSUPPORTED",
        "bat_diversity_k50_mini | \"strategy\": \"diversity\" | \"strategy\": \"full\" | FAIL"
      })
  void anotherVariantDoesNotPass(String name, String before, String after, CaseResult.Status status)
      throws IOException {
    CaseResult result = altered(name, before, after);
    assertEquals(status, result.status(), result.detail());
  }

  @Test
  void evoVitReadsSharesAndTradeoffsOfEveryBlock() throws IOException {
    for (String changed : List.of("0.4", "0.9")) {
      for (String list : List.of("prune_ratio", "tradeoff")) {
        String ones = "\"%s\": [\n   1,\n   1,\n   1,\n   1,\n   ".formatted(list);
        CaseResult result = altered("evovit_mini", ones + "0.5", ones + changed);
        assertEquals(CaseResult.Status.FAIL, result.status(), result.detail());
      }
    }
    CaseResult early =
        altered("evovit_mini", "\"tradeoff\": [\n   1,\n   1", "\"tradeoff\": [\n   1,\n   0.5");
    assertEquals(CaseResult.Status.UNSUPPORTED, early.status());
  }

  @Test
  void tomeReadsEveryFormOfItsSchedule() throws IOException {
    String name = "tome_const_prop_mini";
    for (String r : List.of("[4, 0.0]", "[4,4,4,4,4,4,4,4,4,4,4,4]")) {
      CaseResult result = altered(name, "\"r\": 4", "\"r\": " + r);
      assertEquals(CaseResult.Status.PASS, result.status(), result.detail());
    }
    for (String r : List.of("5", "[4, -1]", "[4,4,4]")) {
      CaseResult result = altered(name, "\"r\": 4", "\"r\": " + r);
      assertEquals(CaseResult.Status.FAIL, result.status(), r);
    }
  }

  @Test
  void unweightedAttentionFails() throws IOException {
    String before = "\"prop_attn\": true";
    String after = "\"prop_attn\": false";
    for (String name : List.of("tome_const_prop_mini", "ppt_adaptive_mini")) {
      assertEquals(CaseResult.Status.FAIL, altered(name, before, after).status(), name);
    }
  }

  @Test
  void anotherThresholdFails() throws IOException {
    CaseResult result =
        altered("ppt_adaptive_mini", "\"threshold\": 0.000732,\n  \"p", "\"threshold\": 1,\n  \"p");
    assertEquals(CaseResult.Status.FAIL, result.status());
  }

  @Test
  void clusteringReadsEveryFormOfItsCounts() throws IOException {
    String before = "[\n   0.7\n  ]";
    for (String name : List.of("tr_kmedoids_mini", "tr_dpcknn_mini", "tr_sit_mini")) {
      CaseResult result = altered(name, before, "[44, 31, 21]");
      assertEquals(CaseResult.Status.PASS, result.status(), result.detail());
      assertEquals(CaseResult.Status.FAIL, altered(name, before, "[44, 0.5, 21]").status());
      assertEquals(CaseResult.Status.FAIL, altered(name, before, "[44, 31]").status());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tr_dpcknn_mini | \"equal_weight\": false | \"equal_weight\": true | FAIL",
        "tr_dpcknn_mini | \"k_neighbors\": 5 | \"k_neighbors\": 3 | FAIL",
        "tr_kmedoids_mini | \"cluster_iters\": 3 | \"cluster_iters\": 0 | FAIL",
        "tr_kmedoids_mini | \"equal_weight\": false | \"equal_weight\": true | UNSUPPORTED",
        "tr_sinkhorn_mini | \"cluster_iters\": 3 | \"cluster_iters\": 1 | FAIL",
        "tr_sinkhorn_mini | \"sinkhorn_eps\": 1.0 | \"sinkhorn_eps\": 0.5 | FAIL"
      })
  void anotherClusteringDoesNotPass(
      String name, String before, String after, CaseResult.Status status) throws IOException {
    CaseResult result = altered(name, before, after);
    assertEquals(status, result.status(), result.detail());
  }

  @Test
  void otherMethodsOfTokenReductionAreNotSupported() throws IOException {
    CaseResult result =
        altered("tr_topk_mini", "\"method\": \"topk\"", "\"method\": \"something\"");
    assertEquals(CaseResult.Status.UNSUPPORTED, result.status());
  }

  @Test
  void unknownKindsAreNotSupported() throws IOException {
    write("b", "{\"name\": \"b\", \"kind\": \"something new\"}");
    write("a", "{\"name\": \"a\", \"kind\": \"other\"}");
    Files.createDirectories(folder.resolve("no case"));
    List<CaseResult> results = Conformance.run(folder);
    assertEquals(List.of("a", "b"), results.stream().map(CaseResult::name).toList());
    assertEquals(CaseResult.Status.UNSUPPORTED, results.get(1).status());
    assertTrue(results.get(1).detail().contains("something new"));
    assertTrue(results.get(1).maxAbsDiff().isEmpty());
  }

  @Test
  void aCaseWithoutItsDataFailsAlone() throws IOException {
    write("a", "{\"name\": \"a\", \"kind\": \"plain\", \"config\": {}}");
    write("b", "{\"name\": \"b\", \"kind\": \"inputs\", \"tensors\": {\"x\": [1]}}");
    List<CaseResult> results = Conformance.run(folder);
    assertEquals(CaseResult.Status.FAIL, results.get(0).status());
    assertEquals(CaseResult.Status.FAIL, results.get(1).status());
    assertTrue(results.get(1).detail().contains("io.safetensors"), results.get(1).detail());
  }

  @Test
  void refusesWhatIsNoFolderOfCases() throws IOException {
    Path missing = folder.resolve("missing");
    assertThrows(InvalidInputException.class, () -> Conformance.run(missing));
    assertThrows(InvalidInputException.class, () -> Conformance.run(folder));
    Files.createDirectories(folder.resolve("sub"));
    assertTrue(Conformance.run(folder).isEmpty());
    write("broken", "{\"name\":");
    String message =
        assertThrows(InvalidInputException.class, () -> Conformance.run(folder)).getMessage();
    assertTrue(message.contains("broken/case.json: line 1"), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void refusesACaseWithoutKind() throws IOException {
    write("nameless", "{\"name\": 3}");
    String message =
        assertThrows(InvalidInputException.class, () -> Conformance.run(folder)).getMessage();
    assertTrue(message.endsWith("name: found 3, allowed is text"), message);
  }
}
