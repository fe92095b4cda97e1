package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tokensweep.store.TrialRow.Interval;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedTestsTest {
  /** Twice the tail of the binomial distribution: 2 (1 + 12 + 66) / 4096 and so on. */
  @ParameterizedTest
  @CsvSource({
    "10, 2, 0.03857421875",
    "2, 10, 0.03857421875",
    "5, 0, 0.0625",
    "6, 0, 0.03125",
    "1, 0, 1",
    "0, 0, 1",
    "7, 7, 1",
    "8, 7, 1"
  })
  void mcNemarIsTheBinomialTail(int lost, int gained, double p) {
    assertEquals(p, new McNemar(lost, gained).p(), 1e-12);
  }

  @Test
  void mcNemarCountsWhatChanged() {
    assertEquals(
        new McNemar(2, 1), McNemar.of(new double[] {1, 1, 1, 0, 0}, new double[] {1, 0, 0, 1, 0}));
  }

  @Test
  void manyDiscordantImagesAreNoProblem() {
    assertEquals(0, new McNemar(20_000, 10_000).p(), 1e-300);
    assertEquals(1, new McNemar(20_000, 20_000).p());
  }

  /** Worked by hand: 4 · 0.005, 3 · 0.01, 2 · 0.03, and 0.04 may not be smaller than that. */
  @Test
  void holmStepsDown() {
    assertArrayEquals(
        new double[] {0.03, 0.06, 0.06, 0.02},
        Holm.adjusted(new double[] {0.01, 0.04, 0.03, 0.005}),
        1e-15);
    assertArrayEquals(new double[] {1, 1}, Holm.adjusted(new double[] {0.9, 0.6}), 1e-15);
    assertEquals(0, Holm.adjusted(new double[0]).length);
  }

  @Test
  void noProbabilityIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Holm.adjusted(new double[] {0.5, Double.NaN}));
  }

  /**
   * The bootstrap of a mean of 2000 values is normal to within a percent; 2000 replicates leave
   * some 4 % of doubt about each bound.
   */
  @Test
  void bootstrapOfAMeanIsAsWideAsItsStandardErrorSays() {
    double[][] rows = new double[2][2000];
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      rows[0][i] = 3 + 2 * random.nextGaussian();
      rows[1][i] = -rows[0][i];
    }
    List<Interval> means = PairedBootstrap.means(rows);
    double half = 1.96 * 2 / Math.sqrt(2000);
    assertEquals(3, means.get(0).value(), 3 * half / 1.96);
    assertEquals(means.get(0).value() - half, means.get(0).low(), 0.08 * half);
    assertEquals(means.get(0).value() + half, means.get(0).high(), 0.08 * half);
    assertEquals(-means.get(0).high(), means.get(1).low(), 1e-12, "the same images for both");
    assertEquals(means, PairedBootstrap.means(rows), "the same again");
  }
}
