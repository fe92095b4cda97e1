package io.tokensweep.sweep;

import static io.tokensweep.sweep.TorchProfile.Policy.POOL;
import static io.tokensweep.sweep.TorchProfile.Policy.PRUNE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Closed-form MACs and token counts are those of the papers. */
class PublishedMacsTest {
  private static Trial trial(String model, String method, double keepRate, int resolution) {
    return SweepTexts.plan(model, method, keepRate, resolution).trials().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "deit_tiny_patch16_224, 1253683200, 5717416",
    "deit_small_patch16_224, 4598882304, 22050664",
    "deit_base_patch16_224, 17563828224, 86567656",
    "vit_base_patch16_224, 17563828224, 86567656",
    "lvvit_s, 6551485440, 26151824",
  })
  void unreducedNetworksHaveTheIntegersOfTheComponentTable(String model, long macs, long params) {
    Trial trial = trial(model, "none", 1, 224);
    assertEquals(macs, trial.flow().macs());
    assertEquals(params, trial.model().architecture().parameters());
  }

  @ParameterizedTest
  @CsvSource({
    "deit_tiny_distilled_patch16_224, 1.2610, 5910800",
    "deit_small_distilled_patch16_224, 4.6241, 22436432",
    "deit_base_distilled_patch16_224, 17.6568, 87338192",
  })
  void distilledNetworksHaveTwoSpecialsAndTwoHeads(String model, String gigaMacs, long params) {
    Trial trial = trial(model, "none", 1, 224);
    assertEquals(gigaMacs, String.format(Locale.ROOT, "%.4f", trial.flow().macs() / 1e9));
    assertEquals(params, trial.model().architecture().parameters());
    assertEquals(198, trial.flow().steps().get(0).attended().most());
  }

  @ParameterizedTest
  @CsvSource({
    "deit_tiny_patch16_224, .598 .888 1.254 1.468 1.707 1.970 2.260 2.579 4.682",
    "deit_small_patch16_224, 2.268 3.315 4.599 5.336 6.142 7.018 7.970 9.001 15.490",
    "deit_base_patch16_224, 8.826 12.789 17.564 20.270 23.197 26.352 29.743 33.375 55.484",
  })
  void unreducedNetworksAtEveryListedResolution(String model, String gigaMacs) {
    int[] resolutions = {160, 192, 224, 240, 256, 272, 288, 304, 384};
    String[] expected = gigaMacs.split(" ", -1);
    for (int i = 0; i < resolutions.length; i++) {
      assertEquals(
          Double.parseDouble(expected[i]),
          Math.round(trial(model, "none", 1, resolutions[i]).flow().macs() / 1e6) / 1e3,
          "resolution " + resolutions[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 3988126464, 177 160 144, 4021873152, 178 162 147",
    "0.8, 3444215040, 157 126 101, 3477159936, 158 128 104",
    "0.7, 2996994816, 138 97 68, 3029280768, 139 99 71",
    "0.6, 2608431360, 118 71 43, 2635293696, 119 73 45",
    "0.5, 2282378496, 98 49 25, 2308835328, 99 51 27",
    "0.4, 2022828288, 79 32 13, 2043499776, 80 33 15",
    "0.3, 1800957696, 59 18 6, 1816684800, 60 19 7",
    "0.2, 1623011328, 40 8 2, 1643949312, 41 10 3",
  })
  void evitOnDeitSmallHasTheExactMacsAndCounts(
      double keepRate, long plain, String plainCounts, long fused, String fusedCounts) {
    assertCounts("{name: evit, fuse: false}", keepRate, plain, plainCounts);
    assertCounts("{name: random}", keepRate, plain, plainCounts);
    assertCounts("{name: evit, fuse: true}", keepRate, fused, fusedCounts);
    for (String ablation : List.of("preserve", "pack", "cluster", "match")) {
      assertCounts("{name: bat, ablation: %s}".formatted(ablation), keepRate, plain, plainCounts);
    }
    assertCounts("{name: bat, fuse: true}", keepRate, fused, fusedCounts);
    assertCounts("{name: bat, scope: all}", keepRate, plain, plainCounts);
    assertCounts("{name: diversity}", keepRate, plain, plainCounts);
  }

  @ParameterizedTest
  @CsvSource({
    "deit_tiny_patch16_224, .818",
    "deit_small_patch16_224, 3.033",
    "deit_base_patch16_224, 11.658",
  })
  void evoVitOnDeit(String model, double gigaMacs) {
    TokenFlow flow = trial(model, "{name: evovit}", 0.5, 224).flow();
    assertEquals(gigaMacs, Math.round(flow.macs() / 1e6) / 1e3);
    assertTrue(flow.isExact());
    assertEquals(0, flow.overheadMacs());
    TokenFlow fast = trial(model, "{name: evovit, fast_update: true}", 0.5, 224).flow();
    assertEquals(100, fast.steps().get(4).attended().most());
    assertEquals(196 + 1, fast.steps().get(7).leaving().most());
    assertEquals(
        2L * 98 * trial(model, "none", 1, 224).model().architecture().width(), fast.overheadMacs());
  }

  @Test
  void adaVitIsBoundedByTheBackbone() {
    TokenFlow flow = trial("deit_small_patch16_224", "{name: adavit}", 1, 224).flow();
    assertEquals(4_598_882_304L, flow.macs());
    assertFalse(flow.isExact());
    assertEquals(384L * (12 * 196 + 11 * 8), flow.overheadMacs());
  }

  private static void assertCounts(String method, double keepRate, long macs, String counts) {
    TokenFlow flow = trial("deit_small_patch16_224", method, keepRate, 224).flow();
    assertEquals(macs, flow.macs(), method);
    assertTrue(flow.isExact());
    List<String> found =
        IntStream.of(3, 6, 9)
            .mapToObj(block -> String.valueOf(flow.steps().get(block).leaving().most() - 1))
            .toList();
    assertEquals(counts, String.join(" ", found), method);
    assertEquals(197, flow.steps().get(3).attended().most());
    assertEquals(flow.steps().get(3).leaving(), flow.steps().get(3).forwarded());
  }

  @ParameterizedTest
  @CsvSource({
    "'{name: tome, r: 8}', 3416457216, 101",
    "'{name: tome, r: 13}', 2702701056, 41",
    "'{name: tome, r: 16}', 2290851840, 11",
    "'{name: tome, r: \"13,13,13,13,13,13,13,13,13,13,13,13\"}', 2702701056, 41",
    "'{name: ppt}', 2940979200, 49",
  })
  void mergingOnDeitSmallHasTheExactMacs(String method, long macs, int last) {
    TokenFlow flow = trial("deit_small_patch16_224", method, 1, 224).flow();
    assertEquals(macs, flow.macs());
    assertTrue(flow.isExact());
    assertEquals(last, flow.steps().get(11).leaving().most());
  }

  @Test
  void randomAtTheInputReducesBothHalvesOfTheFirstBlock() {
    TokenFlow flow =
        trial("deit_small_patch16_224", "{name: random, mode: input}", 0.5, 224).flow();
    assertEquals(99, flow.steps().get(0).attended().most());
    assertEquals(99, flow.steps().get(11).leaving().most());
  }

  private static List<PublishedMacs.Finding> findings() throws IOException {
    Path csv = Path.of("../shared/published.csv");
    Assumptions.assumeTrue(Files.exists(csv), "no published numbers here");
    return PublishedRow.read(csv).stream().map(PublishedMacs::of).toList();
  }

  @Test
  void everyPrintedFigureIsReproducedOrHasItsReason() throws IOException {
    List<Executable> checks = new ArrayList<>();
    for (PublishedMacs.Finding finding : findings()) {
      if (finding.macs().isPresent()) {
        checks.add(
            () -> assertEquals(finding.misprint().isEmpty(), finding.agrees(), finding.line()));
      } else {
        checks.add(() -> assertTrue(finding.misprint().isEmpty(), finding.line()));
      }
    }
    assertAll(checks);
  }

  @Test
  void everyRowWithAFigureIsListed() throws IOException {
    List<PublishedMacs.Finding> findings = findings();
    assertEquals(102, findings.size());
    assertEquals(23, findings.stream().filter(finding -> finding.macs().isEmpty()).count());
    assertEquals(73, findings.stream().filter(PublishedMacs.Finding::agrees).count());
  }

  @Test
  void theDocumentIsWhatIsComputed() throws IOException {
    String computed = PublishedMacs.document(findings());
    Path fresh = Files.writeString(Path.of("target/published-macs.md"), computed);
    assertEquals(
        computed,
        Files.readString(Path.of("docs/published-macs.md")),
        () -> "docs/published-macs.md is stale; " + fresh + " is what it has to be");
  }

  @Test
  void torchprofilePrintsPptsFigureForOneSequenceOfPolicies() {
    long printed = 2_944_411_999L;
    Trial trial = trial("deit_small_patch16_224", "{name: ppt}", 1, 224);
    for (TorchProfile.Policy first : TorchProfile.Policy.values()) {
      for (TorchProfile.Policy second : TorchProfile.Policy.values()) {
        for (TorchProfile.Policy third : TorchProfile.Policy.values()) {
          List<TorchProfile.Policy> policies = List.of(first, second, third);
          long macs = TorchProfile.ppt(trial.model().architecture(), trial.flow(), policies);
          if (policies.equals(List.of(POOL, PRUNE, PRUNE))) {
            assertEquals(printed, macs);
          } else {
            assertTrue(Math.abs(macs - printed) > 100_000, policies + ": " + macs);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none, 1, 224, 6551485440",
    "'{name: evit}', 0.7, 224, 4706621184",
    "'{name: evit}', 0.5, 224, 3875067648",
  })
  void lvVitHasTheExactMacs(String method, double keepRate, int resolution, long macs) {
    assertEquals(macs, trial("lvvit_s", method, keepRate, resolution).flow().macs());
  }
}
