package io.tokensweep.analysis.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.analysis.history.ChangePoints.ChangePoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

/**
 * The univariate example of the reference implementation, R's package ecp (James and Matteson,
 * Journal of Statistical Software 62(7), 2014, section 4.1): a hundred values each of N(0, 1), N(0,
 * 9), N(2, 1) and N(2, 16), from R's generator with seed 250. With exponent 1 and segments of 30
 * values at least, {@code e.divisive} is documented to find changes ahead of values 108, 201 and
 * 308, counted from 1, and to have considered 358 last, which is none.
 */
class PublishedExampleTest {
  private static final int LEAST = 30;
  private static final List<Integer> DOCUMENTED = List.of(108, 201, 308, 358);

  private static double[] example() {
    RNormal normal = new RNormal(250);
    return DoubleStream.concat(
            DoubleStream.concat(
                DoubleStream.generate(normal::next).limit(100),
                DoubleStream.generate(() -> 3 * normal.next()).limit(100)),
            DoubleStream.concat(
                DoubleStream.generate(() -> 2 + normal.next()).limit(100),
                DoubleStream.generate(() -> 2 + 4 * normal.next()).limit(100)))
        .toArray();
  }

  /** What R prints for {@code set.seed(42); rnorm(2)} and {@code set.seed(123); rnorm(2)}. */
  @Test
  void numbersAreThoseOfR() {
    RNormal first = new RNormal(42);
    assertEquals(1.3709584, first.next(), 5e-8);
    assertEquals(-0.5646982, first.next(), 5e-8);
    RNormal second = new RNormal(123);
    assertEquals(-0.56047565, second.next(), 5e-9);
    assertEquals(-0.23017749, second.next(), 5e-9);
  }

  /** As the reference searches: one side at the beginning, the other ends anywhere. */
  @Test
  void statisticLeadsToTheDocumentedChanges() {
    double[] values = example();
    List<int[]> segments = new ArrayList<>(List.of(new int[] {0, values.length}));
    List<Integer> found = new ArrayList<>();
    while (found.size() < DOCUMENTED.size()) {
      double most = Double.NEGATIVE_INFINITY;
      int[] cut = {};
      int place = 0;
      for (int[] segment : segments) {
        EnergySplit split =
            EnergySplit.allEnds(Arrays.copyOfRange(values, segment[0], segment[1]), LEAST);
        if (split.statistic() > most) {
          most = split.statistic();
          cut = segment;
          place = segment[0] + split.place();
        }
      }
      found.add(place + 1);
      segments.remove(cut);
      segments.addAll(List.of(new int[] {cut[0], place}, new int[] {place, cut[1]}));
    }
    assertEquals(List.of(201, 308, 108, 358), found);
  }

  /**
   * The search in use looks from both ends and lets a side of 400 values end at 64 places, so a
   * change may be told as many values beside as there are between two of them.
   */
  @Test
  void searchFindsTheDocumentedChangesAndNoMore() {
    double[] values = example();
    List<ChangePoint> found = new ChangePoints(new Detection(0.05, 499, LEAST, 1)).find(values);
    assertEquals(DOCUMENTED.size() - 1, found.size());
    double between = (double) values.length / EnergySplit.ends(values.length);
    for (int i = 0; i < found.size(); i++) {
      assertEquals(DOCUMENTED.get(i), found.get(i).place() + 1, between);
    }
  }

  /** R's normal deviates: inversion of what two outputs of a Mersenne Twister make. */
  private static final class RNormal {
    private static final int WORDS = 624;
    private static final int AHEAD = 397;
    private static final double TWO_TO_27 = 134_217_728;
    private static final NormalDistribution NORMAL = new NormalDistribution();

    private final int[] state = new int[WORDS];
    private int next = WORDS;

    RNormal(int seed) {
      int word = seed;
      for (int i = 0; i < 51; i++) { // 50 to start with, one is the place of the state
        word = 69069 * word + 1;
      }
      for (int i = 0; i < WORDS; i++) {
        word = 69069 * word + 1;
        state[i] = word;
      }
    }

    double next() {
      double coarse = Math.floor(TWO_TO_27 * uniform());
      return NORMAL.inverseCumulativeProbability((coarse + uniform()) / TWO_TO_27);
    }

    private double uniform() {
      if (next == WORDS) {
        refill();
      }
      int word = state[next++];
      word ^= word >>> 11;
      word ^= (word << 7) & 0x9d2c5680;
      word ^= (word << 15) & 0xefc60000;
      word ^= word >>> 18;
      return Integer.toUnsignedLong(word) * 0x1p-32;
    }

    private void refill() {
      for (int i = 0; i < WORDS; i++) {
        int word = (state[i] & 0x80000000) | (state[(i + 1) % WORDS] & 0x7fffffff);
        state[i] = state[(i + AHEAD) % WORDS] ^ (word >>> 1) ^ ((word & 1) == 0 ? 0 : 0x9908b0df);
      }
      next = 0;
    }
  }
}
