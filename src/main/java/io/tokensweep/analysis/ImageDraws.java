package io.tokensweep.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A bootstrap over images: each replicate draws as many images as there are, with replacement, the
 * same ones for all trials. Equal seeds give equal draws, whatever the number of threads.
 *
 * <p>How often an image was drawn is held as bits: bit k of all counts is a plane. A trial's
 * correct images in a replicate are then the sum over planes of {@code 2^k · |plane ∧ correct|},
 * which costs an AND and a population count for 64 images.
 */
final class ImageDraws {
  private final int images;
  private final int replicates;
  private final long seed;

  ImageDraws(int images, int replicates, long seed) {
    this.images = images;
    this.replicates = replicates;
    this.seed = seed;
  }

  /**
   * What a replicate is of each trial.
   *
   * @param correct images of each trial
   * @param macs mean of an image of each trial
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  record Drawn(int[] correct, double[] macs) {}

  /**
   * All replicates, in order.
   *
   * @param correct for each trial the images that it gets right
   * @param macs for each trial the cost of each image, or of all of them
   */
  List<Drawn> draw(List<BitSet> correct, List<long[]> macs) {
    long[][] right = correct.stream().map(this::words).toArray(long[][]::new);
    SplittableRandom root = new SplittableRandom(seed);
    List<SplittableRandom> generators = new ArrayList<>();
    for (int replicate = 0; replicate < replicates; replicate++) {
      generators.add(root.split());
    }
    return IntStream.range(0, replicates)
        .parallel()
        .mapToObj(replicate -> drawn(counts(generators.get(replicate)), right, macs))
        .toList();
  }

  private long[] words(BitSet bits) {
    return Arrays.copyOf(bits.toLongArray(), (images + 63) / 64);
  }

  private int[] counts(SplittableRandom random) {
    int[] counts = new int[images];
    for (int i = 0; i < images; i++) {
      counts[random.nextInt(images)]++;
    }
    return counts;
  }

  private Drawn drawn(int[] counts, long[][] right, List<long[]> macs) {
    long[][] planes = planes(counts);
    int[] correct = new int[right.length];
    double[] work = new double[right.length];
    for (int trial = 0; trial < right.length; trial++) {
      for (int k = 0; k < planes.length; k++) {
        correct[trial] += common(planes[k], right[trial]) << k;
      }
      long[] each = macs.get(trial);
      work[trial] = each.length == 1 ? each[0] : weighted(counts, each) / (double) images;
    }
    return new Drawn(correct, work);
  }

  private static long[][] planes(int[] counts) {
    int most = IntStream.of(counts).max().orElse(0);
    long[][] planes = new long[Integer.SIZE - Integer.numberOfLeadingZeros(most)][];
    for (int k = 0; k < planes.length; k++) {
      planes[k] = new long[(counts.length + 63) / 64];
      for (int i = 0; i < counts.length; i++) {
        planes[k][i >> 6] |= (counts[i] >> k & 1L) << i;
      }
    }
    return planes;
  }

  private static int common(long[] first, long[] second) {
    int count = 0;
    for (int word = 0; word < first.length; word++) {
      count += Long.bitCount(first[word] & second[word]);
    }
    return count;
  }

  private static long weighted(int[] counts, long[] values) {
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] * values[i];
    }
    return sum;
  }
}
