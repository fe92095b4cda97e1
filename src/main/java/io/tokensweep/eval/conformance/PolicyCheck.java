package io.tokensweep.eval.conformance;

import io.tokensweep.model.Architecture;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Follows the tokens of every image through PPT's sites. Pruning sorts by score, so scores that are
 * equal but for rounding noise may be sorted either way.
 */
final class PolicyCheck {
  private static final int PRUNED = 1;
  private static final int POOLED = 0;

  /** What the official code gives the class token, so that it comes first. */
  private static final double CLASS_SCORE = 2;

  /** Relative error of a variance of fp32 scores. */
  private static final double VARIANCE_NOISE = 2e-6;

  private final Comparison comparison;
  private final Outputs outputs;
  private final Recorder recorder;
  private final Architecture architecture;
  private final TokenLabels[] images;

  PolicyCheck(GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    this.comparison = comparison;
    this.outputs = outputs;
    this.recorder = recorder;
    this.architecture = NetworkCase.architecture(golden);
    this.images = new TokenLabels[recorder.batch()];
    int patches = architecture.patches(golden.whole("/config/img_size"));
    Arrays.setAll(images, image -> TokenLabels.ofPatches(patches));
  }

  /**
   * All sites, then the final tokens. Ends at the first site that keeps other tokens.
   *
   * @param sites blocks, ascending
   */
  void check(List<Integer> sites) {
    for (int block : sites) {
      SiteRecord site = recorder.site(block);
      scores(block, site);
      int[] policy = policies(site);
      outputs.integers("site" + block + ".policy", policy);
      if (!keepsAlike(block, site, policy)) {
        return;
      }
    }
    finalTokens("tokens_final", recorder.tokensFinal(), architecture.width());
    finalTokens("size_final", recorder.sizesFinal(), 1);
  }

  private void scores(int block, SiteRecord site) {
    String name = "site" + block + ".score";
    int specials = architecture.specials();
    int tokens = site.tokensBefore();
    if (outputs.has(name)) {
      float[] ours = new float[images.length * (specials + tokens)];
      for (int image = 0; image < images.length; image++) {
        int first = image * (specials + tokens);
        Arrays.fill(ours, first, first + specials, (float) CLASS_SCORE);
        System.arraycopy(site.significance(), image * tokens, ours, first + specials, tokens);
      }
      double[] expected = outputs.expected(name);
      outputs.floats(
          name,
          ours,
          expected.length == ours.length
              ? TokenLabels.inOurOrder(images, expected, 1, specials)
              : expected);
    }
    variances("site" + block + ".score_var", site);
  }

  /** A case records few variances: where none of them shows noise, this much is allowed. */
  private void variances(String name, SiteRecord site) {
    if (outputs.has(name)) {
      double[] expected = outputs.expected(name);
      double least = VARIANCE_NOISE * Arrays.stream(expected).max().orElse(0);
      comparison.numbers(
          name,
          site.significanceVariances(),
          expected,
          Math.max(least, outputs.tolerance(name, expected)));
    }
  }

  /** As seen from what happened: pooling drops no patch. */
  private int[] policies(SiteRecord site) {
    int[] policy = new int[images.length];
    Arrays.setAll(policy, image -> site.dropsNothing(image, images.length) ? POOLED : PRUNED);
    return policy;
  }

  private boolean keepsAlike(int block, SiteRecord site, int[] policy) {
    String name = "site" + block + ".prune_kept";
    int specials = architecture.specials();
    int kept = site.tokensAfter();
    int[] recorded = outputs.has(name) ? outputs.integers(name) : new int[0];
    boolean isRecorded = recorded.length == images.length * (specials + kept);
    comparison.require(name, isRecorded, "is missing or has other numbers of tokens");
    for (int image = 0; isRecorded && image < images.length; image++) {
      if (policy[image] == POOLED) {
        images[image] = TokenLabels.ofPatches(kept);
        continue;
      }
      int first = image * (specials + kept) + specials;
      int[] recordedKept = Arrays.copyOfRange(recorded, first, first + kept);
      for (int i = 0; i < kept; i++) {
        recordedKept[i] -= specials;
      }
      int[] ours = site.kept(image, images.length, kept);
      TokenLabels before = images[image];
      if (Arrays.stream(recordedKept)
          .anyMatch(token -> token < 0 || token >= site.tokensBefore())) {
        comparison.require(name, false, "of image %d was pooled".formatted(image));
        return false;
      }
      images[image] = before.after(ours, recordedKept, OptionalInt.empty());
      if (!images[image].sameTokens()) {
        comparison.require(name, false, "of image %d are other tokens".formatted(image));
        return false;
      }
      requireOrder(block, image, before, ours);
    }
    return isRecorded;
  }

  /** Descending by the recorded score but for what rounding may swap. */
  private void requireOrder(int block, int image, TokenLabels before, int[] kept) {
    String name = "site" + block + ".score";
    if (!outputs.has(name)) {
      return;
    }
    double[] scores = outputs.expected(name);
    double slack = 2 * outputs.tolerance(name, scores);
    int[] index = before.recordedIndices();
    int first = image * (scores.length / images.length) + architecture.specials();
    boolean descending = true;
    for (int k = 1; k < kept.length; k++) {
      double rise = scores[first + index[kept[k]]] - scores[first + index[kept[k - 1]]];
      descending &= rise <= slack;
    }
    comparison.require(
        name, descending, "of image %d: kept tokens are not in descending order".formatted(image));
  }

  private void finalTokens(String name, float[] actual, int width) {
    if (outputs.has(name)) {
      double[] expected = outputs.expected(name);
      outputs.floats(
          name,
          actual,
          expected.length == actual.length
              ? TokenLabels.inOurOrder(images, expected, width, architecture.specials())
              : expected);
    }
  }
}
