package io.tokensweep.eval.conformance;

import io.tokensweep.model.Architecture;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Follows the tokens of every image through the sites of a clustering method, here and in the
 * recorded run, and compares which cluster each token went to and which token is its centre.
 * Clusters whose centres score the same but for rounding noise may be in another order.
 */
final class ClusterCheck {
  private final Comparison comparison;
  private final Outputs outputs;
  private final Recorder recorder;
  private final Architecture architecture;
  private final Centres centres;

  /** For each image and each of our tokens its number in the recorded run. */
  private final int[][] recordedToken;

  /** The centre of each cluster here, among the tokens that came. */
  interface Centres {
    int[] of(SiteRecord site, int image);
  }

  ClusterCheck(
      GoldenCase golden,
      Comparison comparison,
      Outputs outputs,
      Recorder recorder,
      Centres centres) {
    this.comparison = comparison;
    this.outputs = outputs;
    this.recorder = recorder;
    this.centres = centres;
    this.architecture = NetworkCase.architecture(golden);
    this.recordedToken = new int[recorder.batch()][];
    int patches = architecture.patches(golden.whole("/config/img_size"));
    Arrays.setAll(recordedToken, image -> IntStream.range(0, patches).toArray());
  }

  /**
   * All sites, then the final tokens. Ends at the first site that clusters other tokens.
   *
   * @param sites blocks, ascending
   */
  void check(List<Integer> sites) {
    for (int block : sites) {
      if (!clustersAlike("site" + block + ".", recorder.site(block))) {
        return;
      }
    }
    if (outputs.has("tokens_final")) {
      double[] recorded = outputs.expected("tokens_final");
      boolean comparable = recorded.length == recorder.tokensFinal().length;
      outputs.floats(
          "tokens_final",
          recorder.tokensFinal(),
          comparable
              ? SiteGroups.inOurOrder(
                  recordedToken, recorded, architecture.width(), architecture.specials())
              : recorded);
    }
  }

  private boolean clustersAlike(String name, SiteRecord site) {
    boolean recorded = outputs.has(name + "assign") && outputs.has(name + "kept");
    int images = recordedToken.length;
    if (!recorded
        || outputs.integers(name + "assign").length != images * site.tokensBefore()
        || outputs.integers(name + "kept").length != images * site.tokensAfter()) {
      comparison.require(name + "assign", false, "and kept are not those of as many tokens");
      return false;
    }
    for (int image = 0; image < images; image++) {
      int[] assigned = own(name + "assign", image, site.tokensBefore());
      SiteGroups groups = SiteGroups.of(site, image, images, recordedToken[image], assigned);
      if (!groups.areThose()) {
        comparison.require(
            name + "assign",
            false,
            "of image %d is %s, here %s"
                .formatted(image, Arrays.toString(assigned), groups.describeOurs()));
        return false;
      }
      requireCentres(name + "kept", site, image, groups.recordedOutputs());
      recordedToken[image] = groups.recordedOutputs();
    }
    comparison.require(name + "assign", true, "");
    return true;
  }

  private void requireCentres(String name, SiteRecord site, int image, int[] recordedOutputs) {
    int[] kept = own(name, image, site.tokensAfter());
    int[] ours = centres.of(site, image);
    int[] renumbered = new int[kept.length];
    for (int output = 0; output < kept.length; output++) {
      renumbered[recordedOutputs[output]] = recordedToken[image][ours[output]];
    }
    comparison.require(
        name,
        Arrays.equals(kept, renumbered),
        "of image %d is %s, here %s"
            .formatted(image, Arrays.toString(kept), Arrays.toString(renumbered)));
  }

  private int[] own(String name, int image, int each) {
    return Arrays.copyOfRange(outputs.integers(name), image * each, (image + 1) * each);
  }
}
