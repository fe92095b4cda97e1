package io.tokensweep.analysis.compare;

import io.tokensweep.store.Bootstrap;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.Wilson;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Percentile bootstrap of mean differences over images: every replicate draws the images with
 * replacement, the same ones for everything that is compared. The seed is fixed.
 */
final class PairedBootstrap {
  private static final long SEED = 0;

  private PairedBootstrap() {}

  /**
   * The mean of each row with its 95 % interval.
   *
   * @param differences for each thing that is compared a value for each image; at least one image
   */
  static List<Interval> means(double[][] differences) {
    if (differences.length == 0) {
      return List.of();
    }
    int images = differences[0].length;
    SplittableRandom[] seeds = new SplittableRandom[Bootstrap.REPLICATES];
    SplittableRandom root = new SplittableRandom(SEED);
    Arrays.setAll(seeds, replicate -> root.split());
    double[][] draws = new double[differences.length][Bootstrap.REPLICATES];
    IntStream.range(0, Bootstrap.REPLICATES)
        .parallel()
        .forEach(
            replicate -> {
              int[] counts = counts(images, seeds[replicate]);
              for (int row = 0; row < differences.length; row++) {
                draws[row][replicate] = mean(differences[row], counts);
              }
            });
    double tail = 100 * (1 - Wilson.CONFIDENCE) / 2;
    return IntStream.range(0, differences.length)
        .mapToObj(
            row ->
                new Interval(
                    Arrays.stream(differences[row]).sum() / images,
                    Bootstrap.percentile(draws[row], tail),
                    Bootstrap.percentile(draws[row], 100 - tail)))
        .toList();
  }

  private static int[] counts(int images, SplittableRandom random) {
    int[] counts = new int[images];
    for (int i = 0; i < images; i++) {
      counts[random.nextInt(images)]++;
    }
    return counts;
  }

  private static double mean(double[] values, int[] counts) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] * values[i];
    }
    return sum / counts.length;
  }
}
