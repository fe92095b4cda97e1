package io.tokensweep.eval.conformance;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Follows the tokens of every image through Evo-ViT's sorts, here and in the recorded run. Class
 * attention that is equal but for rounding noise may be sorted either way.
 */
final class StageCheck {
  private static final int SPECIALS = 1;

  private final GoldenCase golden;
  private final Comparison comparison;
  private final Outputs outputs;
  private final StageRecords records;
  private final TokenLabels[] images;

  StageCheck(GoldenCase golden, Comparison comparison, Outputs outputs, StageRecords records) {
    this.golden = golden;
    this.comparison = comparison;
    this.outputs = outputs;
    this.records = records;
    int width = NetworkCase.architecture(golden).width();
    this.images = new TokenLabels[records.features().length / width];
    Arrays.setAll(images, image -> TokenLabels.ofPatches(records.patches()));
  }

  /** All stages, then the final tokens. Ends at the first stage that has other slow tokens. */
  void check() {
    int[] slow = records.stages().values().stream().mapToInt(StageRecords.Stage::slow).toArray();
    keptPerStage(slow);
    for (var stage : records.stages().entrySet()) {
      String site = "site" + stage.getKey();
      if (!sortsAlike(site, stage.getValue())) {
        return;
      }
    }
    finalTokens(slow[slow.length - 1]);
  }

  private void keptPerStage(int[] slow) {
    String pointer = "/meta/kept_per_stage";
    if (golden.json().at(pointer).isArray()) {
      int[] recorded = golden.wholes(pointer).stream().mapToInt(Integer::intValue).toArray();
      comparison.require(
          "kept_per_stage",
          Arrays.equals(recorded, slow),
          "is %s, expected %s".formatted(Arrays.toString(slow), Arrays.toString(recorded)));
    }
  }

  private boolean sortsAlike(String site, StageRecords.Stage stage) {
    String attention = site + ".global_cls_attn";
    String order = site + ".order";
    if (!outputs.has(attention) || !outputs.has(order)) {
      comparison.require(site, false, "is not recorded");
      return false;
    }
    int patches = records.patches();
    int[] recordedOrder = outputs.integers(order);
    double[] recordedAttention = outputs.expected(attention);
    if (recordedOrder.length != images.length * patches
        || recordedAttention.length != images.length * patches) {
      comparison.require(site, false, "has other numbers of tokens");
      return false;
    }
    double[] expected = TokenLabels.inOurOrder(images, recordedAttention, 1, 0);
    outputs.floats(attention, stage.classAttention(), expected);
    double slack = 2 * outputs.tolerance(attention, expected);
    for (int image = 0; image < images.length; image++) {
      int[] ours = stage.order(image, patches);
      comparison.require(
          order,
          descends(expected, image * patches, ours, slack),
          "of image %d does not descend".formatted(image));
      images[image] =
          images[image].after(
              ours,
              Arrays.copyOfRange(recordedOrder, image * patches, (image + 1) * patches),
              OptionalInt.empty());
      if (!first(images[image], stage.slow()).sameTokens()) {
        comparison.require(order, false, "of image %d begins with others".formatted(image));
        return false;
      }
    }
    return true;
  }

  private static boolean descends(double[] scores, int first, int[] order, double slack) {
    boolean descends = true;
    for (int i = 1; i < order.length; i++) {
      descends &= scores[first + order[i]] - scores[first + order[i - 1]] <= slack;
    }
    return descends;
  }

  private static TokenLabels first(TokenLabels labels, int count) {
    return new TokenLabels(
        Arrays.copyOf(labels.ours(), count), Arrays.copyOf(labels.recorded(), count));
  }

  private void finalTokens(int slow) {
    String name = "tokens_final";
    if (outputs.has(name)) {
      TokenLabels[] slowest =
          Arrays.stream(images).map(labels -> first(labels, slow)).toArray(TokenLabels[]::new);
      double[] expected = outputs.expected(name);
      float[] actual = records.tokensFinal();
      int width = actual.length / images.length / (SPECIALS + slow);
      outputs.floats(
          name,
          actual,
          expected.length == actual.length
              ? TokenLabels.inOurOrder(slowest, expected, width, SPECIALS)
              : expected);
    }
  }
}
