package io.tokensweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Architectures;
import io.tokensweep.model.Macs;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** What this program computes for each figure that the papers print, or why it does not. */
final class PublishedMacs {
  private static final Map<String, String> MODELS =
      Map.of(
          "DeiT-T", "deit_tiny_patch16_224",
          "DeiT-S", "deit_small_patch16_224",
          "DeiT-B", "deit_base_patch16_224",
          "DeiT-Base/16", "deit_base_patch16_224",
          "ViT-Base/16", "vit_base_patch16_224",
          "LV-ViT-S", "lvvit_s");

  /** Table 1 of BAT compares at 0.7, its Table 4 at 0.5. */
  private static final double USUAL_KEEP_RATE = 0.7;

  private static final double KEEP_RATE_OF_TABLE_4 = 0.5;

  /** Of Evo-ViT: the patch tokens that pass the blocks of a stage. */
  private static final double SLOW_SHARE = 0.5;

  private static final Map<String, String> STRATEGIES =
      Map.ofEntries(
          Map.entry("", "{name: bat}"),
          Map.entry("attentive token preservation", "{name: bat, ablation: preserve}"),
          Map.entry("+ inattentive token pack", "{name: bat, ablation: pack}"),
          Map.entry("+ inattentive token clustering", "{name: bat, ablation: cluster}"),
          Map.entry("+ attentive token matching", "{name: bat, ablation: match}"),
          Map.entry("Cluster / Ours", "{name: bat, merger: dpc}"),
          Map.entry("Pooling / Average pooling", "{name: bat, merger: average}"),
          Map.entry("Pooling / Max pooling", "{name: bat, merger: max}"),
          Map.entry("Pooling / Spatial pooling", "{name: bat, merger: spatial}"),
          Map.entry("Cluster / K-means(1 iter)", "{name: bat, merger: kmeans, iterations: 1}"),
          Map.entry("Cluster / K-means(3 iter)", "{name: bat, merger: kmeans, iterations: 3}"));

  /** Rows whose printed figure is not what the rows around it define. */
  private static final Map<String, String> MISPRINTS =
      Map.of(
          "2", "the paper names no keep rate; at 0.7 it is 0.8 with and without predictors",
          "18", "the paper prints one figure for six methods on DeiT-B",
          "21", "the paper prints one figure for six methods on DeiT-B",
          "23", "the paper prints one figure for six methods on DeiT-B",
          "43", "neither count prints it: 4.650 with predictors",
          "74", "the paper prints the figure of the fused variant, 3.477");

  private static final Map<String, String> NOT_CLOSED =
      Map.of(
          "PS-ViT", "counts come from a calibration whose settings are not published",
          "SPViT", "counts depend on images and trained selectors",
          "IA-RED2", "counts depend on images and trained agents",
          "A-ViT", "counts depend on images and trained halting");

  private static final Set<String> WITHOUT_KEEP_RATE = Set.of("baseline", "Evo-ViT", "SViTE");

  private PublishedMacs() {}

  /**
   * @param macs of one image; empty if nothing is computed
   * @param remark what was counted, or why nothing was
   */
  record Finding(PublishedRow row, Optional<Long> macs, String remark) {
    /** Whether the computed figure rounds to the printed one. */
    boolean agrees() {
      int decimals = row.printed().length() - row.printed().indexOf('.') - 1;
      return macs.map(value -> giga(value, decimals).equals(row.printed())).orElse(false);
    }

    Optional<String> misprint() {
      return Optional.ofNullable(MISPRINTS.get(row.id()));
    }

    /** A line of the table in docs. */
    String line() {
      return "| %s | %s | %s | %s | %d | %s | %s | %s |"
          .formatted(
              row.id(),
              row.model(),
              row.strategy().isEmpty()
                  ? row.method()
                  : "%s: %s".formatted(row.method(), row.strategy()),
              macs.isPresent() && !WITHOUT_KEEP_RATE.contains(row.method())
                  ? String.valueOf(PublishedMacs.keepRate(row))
                  : "",
              row.resolution(),
              macs.map(value -> giga(value, 3)).orElse(""),
              row.printed(),
              verdict());
    }

    private String verdict() {
      if (macs.isEmpty()) {
        return "not computed: " + remark;
      }
      String counted = remark.isEmpty() ? "" : " (%s)".formatted(remark);
      return (agrees() ? "agrees" : "differs: " + misprint().orElse("no reason known")) + counted;
    }
  }

  private static String giga(long macs, int decimals) {
    return BigDecimal.valueOf(macs, 9).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  static Finding of(PublishedRow row) {
    if (row.isClaim()) {
      return not(row, "a bound in a sentence, without a keep rate");
    }
    if (!MODELS.containsKey(row.model())) {
      return not(row, "not a backbone of this program");
    }
    if (NOT_CLOSED.containsKey(row.method())) {
      return not(row, NOT_CLOSED.get(row.method()));
    }
    return switch (row.method()) {
      case "baseline" -> registered(row, "none");
      case "EViT" -> evit(row);
      case "BAT", "token merger ablation" -> bat(row);
      case "EViT+BAT" -> registered(row, "{name: bat, fuse: true}");
      case "DyViT" -> dynamicVit(row, false);
      case "DynamicViT" -> dynamicVit(row, true);
      case "Evo-ViT" -> evoVit(row);
      case "SViTE" ->
          counted(row, structuredSvite(row), "2 of 3 heads and 70 % of the FFN of each block");
      default -> throw new IllegalArgumentException("nobody accounts for " + row);
    };
  }

  private static Finding evit(PublishedRow row) {
    boolean fuses = !row.strategy().startsWith("without");
    return registered(row, "{name: evit, fuse: %s}".formatted(fuses));
  }

  private static Finding bat(PublishedRow row) {
    if (row.strategy().startsWith("Sub-sampling / ")) {
      String merger = row.strategy().endsWith("MLP") ? "mlp" : "convolution";
      Finding finding = registered(row, "{name: bat, merger: %s}".formatted(merger));
      return new Finding(row, finding.macs, "without the merging layer itself");
    }
    if (!STRATEGIES.containsKey(row.strategy())) {
      throw new IllegalArgumentException("nobody accounts for " + row);
    }
    return registered(row, STRATEGIES.get(row.strategy()));
  }

  private static Finding not(PublishedRow row, String reason) {
    return new Finding(row, Optional.empty(), reason);
  }

  private static Finding counted(PublishedRow row, long macs, String remark) {
    return new Finding(row, Optional.of(macs), remark);
  }

  /** As the program plans it. */
  private static Finding registered(PublishedRow row, String method) {
    return counted(row, flow(row, method, keepRate(row)).macs(), "");
  }

  private static TokenFlow flow(PublishedRow row, String method, double keepRate) {
    return SweepTexts.plan(MODELS.get(row.model()), method, keepRate, row.resolution())
        .trials()
        .get(0)
        .flow();
  }

  /** As the program plans it, which has to be what the paper's own counts give. */
  private static Finding dynamicVit(PublishedRow row, boolean predictors) {
    TokenFlow flow = flow(row, "{name: dynamicvit}", keepRate(row));
    assertEquals(dynamicVit(row), flow.macs(), row::toString);
    assertEquals(dynamicVitPredictors(row), flow.overheadMacs(), row::toString);
    return predictors
        ? counted(row, flow.macs() + flow.overheadMacs(), "with predictors")
        : counted(row, flow.macs(), "without predictors");
  }

  /** As {@link #dynamicVit(PublishedRow, boolean)}. */
  private static Finding evoVit(PublishedRow row) {
    TokenFlow flow = flow(row, "{name: evovit}", SLOW_SHARE);
    assertEquals(halfOfThePatches(row), flow.macs(), row::toString);
    return counted(row, flow.macs(), "");
  }

  private static double keepRate(PublishedRow row) {
    if (WITHOUT_KEEP_RATE.contains(row.method())) {
      return 1;
    }
    return row.keepRate()
        .orElse(row.table().equals("Table 4") ? KEEP_RATE_OF_TABLE_4 : USUAL_KEEP_RATE);
  }

  private static Architecture architecture(PublishedRow row) {
    return Architectures.named(MODELS.get(row.model())).orElseThrow();
  }

  /** All blocks, each with as many patch tokens in both halves. */
  private static long macs(PublishedRow row, IntUnaryOperator patchesInBlock) {
    Architecture architecture = architecture(row);
    long sum = Macs.stem(architecture, row.resolution());
    for (int block = 0; block < architecture.depth(); block++) {
      int tokens = architecture.specials() + patchesInBlock.applyAsInt(block);
      sum += Macs.block(architecture, tokens, tokens);
    }
    return sum + Macs.head(architecture, patchesInBlock.applyAsInt(architecture.depth() - 1));
  }

  /** Ahead of the s-th site floor(N0 · ρ^s) tokens are kept (Rao et al. 2021). */
  private static int dynamicVitPatches(PublishedRow row, int stage) {
    int patches = architecture(row).patches(row.resolution());
    return (int) Math.floor(patches * Math.pow(keepRate(row), stage));
  }

  private static long dynamicVit(PublishedRow row) {
    List<Integer> sites = architecture(row).usualSites();
    return macs(
        row,
        block ->
            dynamicVitPatches(row, (int) sites.stream().filter(site -> site <= block).count()));
  }

  /** Of each token that enters a site: 1.625 D² + D / 2. */
  private static long dynamicVitPredictors(PublishedRow row) {
    long d = architecture(row).width();
    long sum = 0;
    for (int stage = 0; stage < architecture(row).usualSites().size(); stage++) {
      sum += dynamicVitPatches(row, stage) * (13 * d * d / 8 + d / 2);
    }
    return sum;
  }

  /** Half of the tokens pass the blocks from 4 on, the others wait beside them (Xu et al. 2022). */
  private static long halfOfThePatches(PublishedRow row) {
    int patches = architecture(row).patches(row.resolution());
    return macs(row, block -> block < 4 ? patches : patches / 2);
  }

  /** S²ViTE: a third of the heads and of the FFN 30 % are gone from every block (Chen et al.). */
  private static long structuredSvite(PublishedRow row) {
    Architecture architecture = architecture(row);
    long tokens = architecture.specials() + (long) architecture.patches(row.resolution());
    long heads = architecture.heads() * 2L / 3;
    long block =
        Macs.attention(architecture, tokens, tokens, heads)
            + Macs.feedForward(architecture, tokens) * 7 / 10;
    return Macs.stem(architecture, row.resolution())
        + architecture.depth() * block
        + Macs.head(architecture, tokens - 1);
  }

  /** The document that holds every row. */
  static String document(List<Finding> findings) {
    StringBuilder text = new StringBuilder(INTRODUCTION);
    text.append(
        String.format(
            Locale.ROOT,
            "%d of %d rows agree at the printed digit, %d differ, %d are not computed.\n\n",
            findings.stream().filter(Finding::agrees).count(),
            findings.size(),
            findings.stream().filter(f -> f.macs.isPresent() && !f.agrees()).count(),
            findings.stream().filter(f -> f.macs.isEmpty()).count()));
    text.append(
        "| row | model | method | keep rate | resolution | computed | printed | verdict |\n");
    text.append("|---|---|---|---|---|---|---|---|\n");
    findings.forEach(finding -> text.append(finding.line()).append('\n'));
    return text.toString();
  }

  private static final String INTRODUCTION =
      """
      # Published MACs

      Every figure that the papers print in giga multiply-accumulates, beside what this program computes for it. A row is a row of the
      reference table of published numbers, by its number there. A test computes this page and fails if the file says something
      else. Where a paper prints no keep rate, 0.7 is used, and 0.5 in the comparison of mergers. Sites are the quarters of the depth;
      EViT fuses unless the row says otherwise. How MACs are counted: [statistics.md](statistics.md#macs).

      PPT's 2.944411999, printed by torchprofile, is 2.940979200 in our count. Adding what torchprofile counts beside matrix products
      (norms, element-wise products, means, and the products of sizes that a trace holds) gives 2.944411999 for the image that is
      pooled at block 3 and pruned at 6 and 9; a test holds this sum.

      """;
}
