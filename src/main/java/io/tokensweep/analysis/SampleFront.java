package io.tokensweep.analysis;

import io.tokensweep.InvalidInputException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Made-up trials of any number, for timing the analysis. */
public final class SampleFront {
  private final int images;
  private final List<BitSet> correct = new ArrayList<>();
  private final double[] costs;

  /** Harder images are right in fewer trials, as with real networks. */
  public SampleFront(int trials, int images) {
    if (trials < 1 || images < 1) {
      throw new InvalidInputException(
          "bench pareto: found %d trials on %d images, allowed are 1 and more"
              .formatted(trials, images));
    }
    this.images = images;
    costs = new double[trials];
    Random random = new Random(0);
    double[] ease = random.doubles(images).toArray();
    for (int trial = 0; trial < trials; trial++) {
      costs[trial] = 1e9 * (1 + 4 * random.nextDouble());
      double skill = 0.6 + 0.04 * costs[trial] / 1e9;
      BitSet right = new BitSet(images);
      for (int image = 0; image < images; image++) {
        right.set(image, ease[image] + 0.2 * random.nextGaussian() < skill);
      }
      correct.add(right);
    }
  }

  /** Draws images again and places all trials; the sum of all probabilities. */
  public double analyse(int replicates) {
    List<long[]> macs = new ArrayList<>();
    for (double cost : costs) {
      macs.add(new long[] {(long) cost});
    }
    List<ImageDraws.Drawn> drawn = new ImageDraws(images, replicates, 0).draw(correct, macs);
    int[][] counts = new int[costs.length][replicates];
    double[][] drawnCosts = new double[costs.length][1];
    for (int trial = 0; trial < costs.length; trial++) {
      drawnCosts[trial][0] = costs[trial];
      for (int b = 0; b < replicates; b++) {
        counts[trial][b] = drawn.get(b).correct()[trial];
      }
    }
    return new FrontStatistics(
            images,
            correct.stream().mapToDouble(BitSet::cardinality).toArray(),
            costs,
            counts,
            drawnCosts)
        .places().stream().mapToDouble(FrontStatistics.Place::probability).sum();
  }
}
