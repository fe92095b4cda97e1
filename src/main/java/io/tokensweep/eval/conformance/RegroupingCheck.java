package io.tokensweep.eval.conformance;

import io.tokensweep.model.Architecture;
import io.tokensweep.reduction.ParameterValues;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Follows the tokens of every image through the sites of a merging method, here and in the recorded
 * run, and compares what each site made of them. Groups are compared as a partition, because
 * attentive tokens whose class attention is equal but for rounding noise may be sorted either way.
 */
final class RegroupingCheck {
  private final Comparison comparison;
  private final Outputs outputs;
  private final Recorder recorder;
  private final Architecture architecture;

  /** For each image and each of our tokens its number in the recorded run. */
  private final int[][] recordedToken;

  RegroupingCheck(GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    this.comparison = comparison;
    this.outputs = outputs;
    this.recorder = recorder;
    this.architecture = NetworkCase.architecture(golden);
    int patches = architecture.patches(golden.whole("/config/img_size"));
    this.recordedToken = new int[recorder.batch()][];
    Arrays.setAll(recordedToken, image -> IntStream.range(0, patches).toArray());
  }

  /**
   * All sites, then the final tokens. Ends at the first site that groups other tokens: numbers
   * behind it belong to different tokens.
   *
   * @param sites blocks, ascending
   */
  void check(List<Integer> sites, ParameterValues parameters) {
    int width = architecture.width();
    for (int block : sites) {
      String site = "site" + block + ".";
      SiteRecord record = recorder.site(block);
      compare(site + "cls_attn", record.classAttention(), 1, 0);
      if (!outputs.has(site + "group")) {
        comparison.require(
            site + "group", record.keepsAll(), "is not recorded, but tokens are removed");
      } else if (!groupsAlike(site, record, parameters)) {
        return;
      }
      compare(site + "tokens_out", record.leaving(), width, architecture.specials());
    }
    compare("tokens_final", recorder.tokensFinal(), width, architecture.specials());
    if (!sites.isEmpty() && outputs.has("source_map")) {
      sourceMap(recorder.site(sites.get(sites.size() - 1)).sourcesAfter());
    }
  }

  private boolean groupsAlike(String site, SiteRecord record, ParameterValues parameters) {
    int[] group = outputs.integers(site + "group");
    if (group.length != recordedToken.length * record.tokensBefore()) {
      comparison.require(site + "group", false, "is of other tokens");
      return false;
    }
    for (int image = 0; image < recordedToken.length; image++) {
      int from = image * record.tokensBefore();
      SiteGroups groups =
          SiteGroups.of(
              record,
              image,
              recordedToken.length,
              recordedToken[image],
              Arrays.copyOfRange(group, from, from + record.tokensBefore()));
      if (!groups.areThose()) {
        comparison.require(
            site + "group",
            false,
            "of image %d is %s, here %s"
                .formatted(image, Arrays.toString(groups.recorded()), groups.describeOurs()));
        return false;
      }
      new SiteChoices(comparison, outputs, site, image, recordedToken.length, groups)
          .check(record, parameters);
      recordedToken[image] = groups.recordedOutputs();
    }
    comparison.require(site + "group", true, "");
    return true;
  }

  /** Compares rows of (B, specials + N) tokens, each of {@code width} values. */
  private void compare(String name, float[] ours, int width, int specials) {
    if (!outputs.has(name)) {
      return;
    }
    double[] recorded = outputs.expected(name);
    outputs.floats(
        name,
        ours,
        recorded.length == ours.length
            ? SiteGroups.inOurOrder(recordedToken, recorded, width, specials)
            : recorded);
  }

  private void sourceMap(int[] sources) {
    int patches = sources.length / recordedToken.length;
    int[] ours = new int[sources.length];
    Arrays.setAll(ours, i -> sources[i] < 0 ? -1 : recordedToken[i / patches][sources[i]]);
    comparison.require(
        "source_map", Arrays.equals(ours, outputs.integers("source_map")), "is another");
  }
}
