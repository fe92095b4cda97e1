package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.reduction.DensityPeaks;
import io.tokensweep.reduction.NeighbourParameters;
import io.tokensweep.reduction.ParameterValues;
import io.tokensweep.reduction.PoolingWindow;
import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** How one image's groups at one site came about, as far as it is recorded. */
final class SiteChoices {
  private final Comparison comparison;
  private final Outputs outputs;
  private final String site;
  private final int image;
  private final int batch;
  private final SiteGroups groups;

  /** Outputs that are made of attentive tokens; they stand first. */
  private final int survivors;

  /** Recorded numbers of the tokens that are clustered, ascending. */
  private final int[] clustered;

  SiteChoices(
      Comparison comparison,
      Outputs outputs,
      String site,
      int image,
      int batch,
      SiteGroups groups) {
    this.comparison = comparison;
    this.outputs = outputs;
    this.site = site;
    this.image = image;
    this.batch = batch;
    this.groups = groups;
    this.survivors = integers("attentive").length - integers("pairs").length / 2;
    this.clustered =
        outputs.has(site + "inattentive")
            ? integers("inattentive")
            : IntStream.range(0, groups.recorded().length).toArray();
  }

  void check(SiteRecord record, ParameterValues parameters) {
    split();
    pairs();
    order();
    int clusters = integers("centers").length;
    if (outputs.has(site + "density")) {
      densityPeaks(record, NeighbourParameters.neighbours(parameters), clusters);
    } else if (clusters > 0) {
      firstCentres(record, clusters);
    }
    windows();
  }

  private void split() {
    requireNone(
        "attentive",
        Arrays.stream(integers("attentive"))
            .filter(token -> isKnown(token) && !isSurvivor(token))
            .findFirst(),
        "is inattentive here");
    if (outputs.has(site + "inattentive")) {
      requireNone(
          "inattentive",
          Arrays.stream(clustered).filter(this::isSurvivor).findFirst(),
          "is attentive here");
    }
  }

  private boolean isKnown(int token) {
    return groups.ours()[token] != SiteGroups.UNKNOWN;
  }

  private boolean isSurvivor(int token) {
    int output = groups.ours()[token];
    return output >= 0 && output < survivors;
  }

  private void pairs() {
    int[] pairs = integers("pairs");
    requireNone(
        "pairs",
        IntStream.range(0, pairs.length / 2)
            .filter(pair -> isKnown(pairs[2 * pair]) && isKnown(pairs[2 * pair + 1]))
            .filter(pair -> groups.ours()[pairs[2 * pair]] != groups.ours()[pairs[2 * pair + 1]])
            .map(pair -> pairs[2 * pair])
            .findFirst(),
        "is not merged with its partner here");
  }

  /** Survivors descend but for rounding noise, twice the tolerance; the rest is where it was. */
  private void order() {
    double[] scores =
        outputs.has(site + "cls_attn") ? outputs.expected(site + "cls_attn") : new double[0];
    double slack = scores.length == 0 ? 0 : 2 * outputs.tolerance(site + "cls_attn", scores);
    int[] order = groups.recordedOutputs();
    requireNone(
        "group",
        IntStream.range(survivors, order.length)
            .filter(output -> order[output] != output)
            .findFirst(),
        "is an output that stands elsewhere here");
    if (scores.length > 0) {
      requireNone(
          "group",
          IntStream.range(1, survivors)
              .filter(
                  output ->
                      highest(scores, order[output]) > highest(scores, order[output - 1]) + slack)
              .findFirst(),
          "is an output with more class attention than the one ahead of it here");
    }
  }

  private double highest(double[] scores, int output) {
    int from = image * groups.recorded().length;
    return IntStream.range(0, groups.recorded().length)
        .filter(token -> groups.recorded()[token] == output)
        .mapToDouble(token -> scores[from + token])
        .max()
        .orElse(0);
  }

  private void densityPeaks(SiteRecord record, int neighbours, int clusters) {
    DensityPeaks peaks = peaks(record, neighbours, Math.max(1, clusters));
    floats("density", peaks.density());
    floats("delta", peaks.delta());
    floats("center_score", peaks.scores());
    if (clusters > 0) {
      centres(Arrays.stream(peaks.centres()).map(centre -> clustered[centre]).toArray());
    }
  }

  private DensityPeaks peaks(SiteRecord record, int neighbours, int clusters) {
    int width = record.entering().length / batch / record.tokensBefore();
    float[] features = new float[clustered.length * width];
    for (int i = 0; i < clustered.length; i++) {
      int from = image * record.tokensBefore() + groups.ourToken()[clustered[i]];
      System.arraycopy(record.entering(), from * width, features, i * width, width);
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      Shape shape = new Shape(1, clustered.length, width);
      return DensityPeaks.of(
              manager.create(features, shape), neighbours, clusters, DensityPeaks.Reading.BAT)
          .get(0);
    }
  }

  /** K-means begins with the tokens of the highest class attention. */
  private void firstCentres(SiteRecord record, int clusters) {
    int from = image * record.tokensBefore();
    centres(
        Arrays.stream(clustered)
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    token -> -record.classAttention()[from + groups.ourToken()[token]]))
            .limit(clusters)
            .mapToInt(Integer::intValue)
            .toArray());
  }

  private void centres(int[] ours) {
    int[] recorded = integers("centers");
    comparison.require(
        site + "centers",
        Arrays.equals(ours, recorded),
        "of image %d is %s, here %s"
            .formatted(image, Arrays.toString(recorded), Arrays.toString(ours)));
  }

  private void windows() {
    int[] starts = integers("window_start");
    int[] ends = integers("window_end");
    requireNone(
        "window_start",
        IntStream.range(0, starts.length)
            .filter(
                i ->
                    !PoolingWindow.adaptive(i, starts.length, clustered.length)
                        .equals(new PoolingWindow(starts[i], ends[i])))
            .findFirst(),
        "is a window with other bounds here");
  }

  private void floats(String name, double[] ours) {
    if (outputs.has(site + name)) {
      double[] expected = outputs.expected(site + name);
      int each = expected.length / batch;
      comparison.numbers(
          site + name,
          ours,
          Arrays.copyOfRange(expected, image * each, (image + 1) * each),
          outputs.tolerance(site + name, expected));
    }
  }

  /** This image's part of a tensor; empty if it is not recorded. */
  private int[] integers(String name) {
    if (!outputs.has(site + name)) {
      return new int[0];
    }
    int[] all = outputs.integers(site + name);
    int each = all.length / batch;
    return Arrays.copyOfRange(all, image * each, (image + 1) * each);
  }

  /**
   * @param wrong a recorded token, output or window that is not what it is here
   */
  private void requireNone(String name, OptionalInt wrong, String otherwise) {
    comparison.require(
        site + name,
        wrong.isEmpty(),
        "of image %d: %d %s".formatted(image, wrong.orElse(-1), otherwise));
  }
}
