package io.tokensweep.analysis;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How far two trials agree on the patches, means over images. A patch is kept unless it was
 * dropped; patches that were merged are kept.
 *
 * @param images that both trials have; all else is NaN without any
 * @param keptFirst share of the patches that the first trial keeps, 0 to 1
 * @param keptSecond likewise
 * @param iou intersection over union of the kept patches
 * @param iouRandom expected of random sets as large as these
 * @param ami adjusted mutual information of the partitions of the patches into tokens; dropped
 *     patches are one cluster of their own
 */
public record Agreement(
    int images, double keptFirst, double keptSecond, double iou, double iouRandom, double ami) {

  /** Of the ends of two trials, one or both of which may leave all tokens as they are. */
  static Agreement ofEnds(PatchRecord first, PatchRecord second) {
    if (first.isUnchanged() && second.isUnchanged()) {
      return new Agreement(Math.min(first.images(), second.images()), 1, 1, 1, 1, 1);
    }
    return of(
        first.isUnchanged() ? unchanged(second) : first.end(),
        second.isUnchanged() ? unchanged(first) : second.end());
  }

  private static Map<String, int[]> unchanged(PatchRecord other) {
    int[] own = IntStream.range(0, other.patches()).toArray();
    Map<String, int[]> images = new TreeMap<>();
    other.end().keySet().forEach(image -> images.put(image, own));
    return images;
  }

  /**
   * @param first for each image, in order of names, the token of each patch; -1 for a dropped one
   * @param second likewise
   */
  static Agreement of(Map<String, int[]> first, Map<String, int[]> second) {
    Sum sum = new Sum();
    first.forEach(
        (image, tokens) ->
            Optional.ofNullable(second.get(image)).ifPresent(others -> sum.add(tokens, others)));
    return sum.mean();
  }

  private static final class Sum {
    private final Map<Integer, SetOverlap> overlaps = new HashMap<>();
    private final Map<Integer, MutualInformation> informations = new HashMap<>();
    private final Map<Sizes, Double> expected = new HashMap<>();
    private int images;
    private double keptFirst;
    private double keptSecond;
    private double iou;
    private double iouRandom;
    private double ami;

    private record Sizes(int all, int first, int second) {}

    void add(int[] first, int[] second) {
      int all = first.length;
      Sizes sizes = new Sizes(all, kept(first), kept(second));
      int common = 0;
      for (int patch = 0; patch < all; patch++) {
        common += first[patch] >= 0 && second[patch] >= 0 ? 1 : 0;
      }
      images++;
      keptFirst += (double) sizes.first / all;
      keptSecond += (double) sizes.second / all;
      iou += SetOverlap.iou(sizes.first, sizes.second, common);
      iouRandom +=
          expected.computeIfAbsent(
              sizes,
              any ->
                  overlaps
                      .computeIfAbsent(all, SetOverlap::new)
                      .expected(sizes.first, sizes.second));
      ami += informations.computeIfAbsent(all, MutualInformation::new).adjusted(first, second);
    }

    private static int kept(int[] tokens) {
      return (int) IntStream.of(tokens).filter(token -> token >= 0).count();
    }

    Agreement mean() {
      double n = images;
      return new Agreement(images, keptFirst / n, keptSecond / n, iou / n, iouRandom / n, ami / n);
    }
  }
}
