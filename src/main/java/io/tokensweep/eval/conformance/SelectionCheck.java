package io.tokensweep.eval.conformance;

import io.tokensweep.model.Architecture;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Follows the tokens of every image through the sites of a selecting method, here and in the
 * recorded run, and compares what each site weighed, kept and fused. Tokens are compared by what
 * they are and not by where they stand, because scores that are equal but for rounding noise may be
 * sorted either way.
 */
final class SelectionCheck {
  private final Comparison comparison;
  private final Outputs outputs;
  private final Recorder recorder;
  private final boolean fuses;
  private final Architecture architecture;
  private final TokenLabels[] images;

  SelectionCheck(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder, boolean fuses) {
    this.comparison = comparison;
    this.outputs = outputs;
    this.recorder = recorder;
    this.fuses = fuses;
    this.architecture = NetworkCase.architecture(golden);
    this.images = new TokenLabels[recorder.batch()];
    int patches = architecture.patches(golden.whole("/config/img_size"));
    Arrays.setAll(images, image -> TokenLabels.ofPatches(patches));
  }

  /**
   * All sites, then the final tokens. Ends at the first site that keeps other tokens: numbers
   * behind it belong to different tokens.
   *
   * @param sites blocks, ascending
   */
  void check(List<Integer> sites) {
    for (int block : sites) {
      if (!weighsAlike(block) || !keepsAlike(block)) {
        return;
      }
    }
    finalTokens();
  }

  /** Class attention, or the scores of a method that acts ahead of the block. */
  private String weightsName(int block) {
    return "site" + block + (recorder.site(block).scores().length == 0 ? ".cls_attn" : ".score");
  }

  private boolean weighsAlike(int block) {
    String name = weightsName(block);
    if (outputs.has(name)) {
      int tokens = recorder.site(block).tokensBefore();
      double[] expected = outputs.expected(name);
      if (expected.length != images.length * tokens) {
        comparison.require(
            name, false, "has %d values for %d tokens".formatted(expected.length, tokens));
        return false;
      }
      outputs.floats(
          name, recorder.site(block).weights(), TokenLabels.inOurOrder(images, expected, 1, 0));
    }
    return true;
  }

  private boolean keepsAlike(int block) {
    String name = "site" + block + ".kept";
    SiteRecord site = recorder.site(block);
    if (!outputs.has(name)) {
      comparison.require(name, site.keepsAll(), "is not recorded, but tokens are removed");
      return site.keepsAll();
    }
    int[] recordedKept = withoutFused(outputs.integers(name));
    int keptCount = recordedKept.length / images.length;
    OptionalInt fusedAt =
        fuses && keptCount < site.tokensBefore() ? OptionalInt.of(block) : OptionalInt.empty();
    if (site.tokensAfter() != keptCount + (fusedAt.isPresent() ? 1 : 0)) {
      comparison.require(
          name, false, "holds %d tokens, here are %d".formatted(keptCount, site.tokensAfter()));
      return false;
    }
    for (int image = 0; image < images.length; image++) {
      int[] recorded = Arrays.copyOfRange(recordedKept, image * keptCount, (image + 1) * keptCount);
      TokenLabels before = images[image];
      int[] kept = site.kept(image, images.length, keptCount);
      images[image] = before.after(kept, recorded, fusedAt);
      if (!images[image].sameTokens()) {
        comparison.require(
            name,
            false,
            "of image %d is %s, here %s"
                .formatted(
                    image,
                    Arrays.toString(images[image].recorded()),
                    Arrays.toString(images[image].ours())));
        return false;
      }
      requireOrder(block, image, before, kept);
      requireFused(block, image, before, kept);
      comparison.require(
          name,
          fusedAt.isEmpty() || site.fusesRest(image, images.length, kept),
          "of image %d: the sources of the fused token are not all others".formatted(image));
    }
    comparison.require(name, true, "");
    origins(block);
    return true;
  }

  /** Descending by the recorded score; what rounding may swap differs by twice the tolerance. */
  private void requireOrder(int block, int image, TokenLabels before, int[] kept) {
    String name = weightsName(block);
    if (!outputs.has(name)) {
      return;
    }
    double[] scores = outputs.expected(name);
    double slack = 2 * outputs.tolerance(name, scores);
    int[] index = before.recordedIndices();
    int tokens = index.length;
    boolean descending = true;
    for (int k = 1; k < kept.length; k++) {
      double rise =
          scores[image * tokens + index[kept[k]]] - scores[image * tokens + index[kept[k - 1]]];
      descending &= rise <= slack;
    }
    comparison.require(
        name, descending, "of image %d: kept tokens are not in descending order".formatted(image));
  }

  /** Some cases end each image's tokens with -1 for the fused one. */
  private static int[] withoutFused(int[] kept) {
    return Arrays.stream(kept).filter(token -> token >= 0).toArray();
  }

  /** The tokens that were not kept are those that the recorded run fused. */
  private void requireFused(int block, int image, TokenLabels before, int[] kept) {
    String name = "site" + block + ".fused_from";
    if (outputs.has(name)) {
      int[] index = before.recordedIndices();
      boolean[] isKept = new boolean[index.length];
      for (int token : kept) {
        isKept[token] = true;
      }
      int[] fused =
          IntStream.range(0, index.length)
              .filter(token -> !isKept[token])
              .map(token -> index[token])
              .sorted()
              .toArray();
      int[] recorded = outputs.integers(name);
      int each = recorded.length / images.length;
      comparison.require(
          name,
          Arrays.equals(fused, Arrays.copyOfRange(recorded, image * each, (image + 1) * each)),
          "of image %d are other tokens".formatted(image));
    }
  }

  private void origins(int block) {
    String name = "site" + block + ".orig";
    if (outputs.has(name)) {
      int[] followed =
          Arrays.stream(images).flatMapToInt(i -> Arrays.stream(i.recordedOrigins())).toArray();
      comparison.require(
          name, Arrays.equals(followed, outputs.integers(name)), "is of other patches");
    }
  }

  private void finalTokens() {
    String name = "tokens_final";
    if (outputs.has(name)) {
      double[] expected = outputs.expected(name);
      if (expected.length == recorder.tokensFinal().length) {
        expected =
            TokenLabels.inOurOrder(images, expected, architecture.width(), architecture.specials());
      }
      outputs.floats(name, recorder.tokensFinal(), expected);
    }
  }
}
