package io.tokensweep.sweep;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Closed-form MACs and token counts are those of the papers. */
class PublishedMacsTest {
  private static final Map<String, String> MODELS =
      Map.of(
          "DeiT-T", "deit_tiny_patch16_224",
          "DeiT-S", "deit_small_patch16_224",
          "DeiT-B", "deit_base_patch16_224",
          "DeiT-Base/16", "deit_base_patch16_224",
          "ViT-Base/16", "vit_base_patch16_224");

  private static final Set<String> METHODS =
      Set.of("baseline", "EViT", "BAT", "EViT+BAT", "token merger ablation");

  /**
   * EViT DeiT-S 0.8 without fusion, where the paper prints the value of the fused variant, and BAT
   * DeiT-B, where the papers print one value for six methods.
   */
  private static final Set<String> MISPRINTED = Set.of("74", "23");

  private static final Map<String, String> BAT_STRATEGIES =
      Map.of(
          "", "{name: bat}",
          "attentive token preservation", "{name: bat, ablation: preserve}",
          "+ inattentive token pack", "{name: bat, ablation: pack}",
          "+ inattentive token clustering", "{name: bat, ablation: cluster}",
          "+ attentive token matching", "{name: bat, ablation: match}",
          "Cluster / Ours", "{name: bat, merger: dpc}",
          "Pooling / Average pooling", "{name: bat, merger: average}",
          "Pooling / Max pooling", "{name: bat, merger: max}",
          "Pooling / Spatial pooling", "{name: bat, merger: spatial}",
          "Cluster / K-means(1 iter)", "{name: bat, merger: kmeans, iterations: 1}");

  private static Trial trial(String model, String method, double keepRate, int resolution) {
    return SweepTexts.plan(model, method, keepRate, resolution).trials().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "deit_tiny_patch16_224, 1253683200, 5717416",
    "deit_small_patch16_224, 4598882304, 22050664",
    "deit_base_patch16_224, 17563828224, 86567656",
    "vit_base_patch16_224, 17563828224, 86567656",
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

  @Test
  void printedGigaMacsOfPlainBackbonesEvitAndBatAreReproduced() throws IOException {
    Path csv = Path.of("../shared/published.csv");
    Assumptions.assumeTrue(Files.exists(csv), "no published numbers here");
    List<Executable> checks = new ArrayList<>();
    for (Map<String, String> row : rows(csv)) {
      if (!MODELS.containsKey(row.get("model"))
          || !METHODS.contains(row.get("method"))
          || row.get("strategy").startsWith("Sub-sampling")
          || !row.get("kind").equals("table")
          || row.get("macs_g").isEmpty()
          || MISPRINTED.contains(row.get("row_id"))) {
        continue;
      }
      checks.add(() -> assertPrinted(row));
    }
    assertEquals(49, checks.size());
    assertAll(checks);
  }

  private static void assertPrinted(Map<String, String> row) {
    long macs =
        trial(
                MODELS.get(row.get("model")),
                method(row),
                keepRate(row),
                (int) number(row.get("resolution"), 224))
            .flow()
            .macs();
    assertEquals(row.get("macs_g"), String.format(Locale.ROOT, "%.1f", macs / 1e9), row::toString);
  }

  private static String method(Map<String, String> row) {
    String strategy = row.get("strategy");
    return switch (row.get("method")) {
      case "baseline" -> "none";
      case "EViT" -> "{name: evit, fuse: %s}".formatted(!strategy.startsWith("without"));
      case "EViT+BAT" -> "{name: bat, fuse: true}";
      default ->
          BAT_STRATEGIES.getOrDefault(strategy, "{name: bat, merger: kmeans, iterations: 3}");
    };
  }

  /** BAT's Table 1 compares at 0.7, its Table 4 at 0.5. */
  private static double keepRate(Map<String, String> row) {
    if (row.get("method").equals("baseline")) {
      return 1;
    }
    return number(row.get("keep_rate"), row.get("table").equals("Table 4") ? 0.5 : 0.7);
  }

  private static double number(String cell, double ifAbsent) {
    return cell.isEmpty() ? ifAbsent : Double.parseDouble(cell);
  }

  private static List<Map<String, String>> rows(Path csv) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    String[] header = lines.get(0).split(",", -1);
    List<Map<String, String>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < header.length; i++) {
        row.put(header[i], cells[i]);
      }
      rows.add(row);
    }
    return rows;
  }
}
