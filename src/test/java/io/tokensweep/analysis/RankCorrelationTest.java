package io.tokensweep.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {

  /** Values of trials that do not vary over images. */
  private static double[][] constant(double... means) {
    double[][] values = new double[means.length][4];
    for (int trial = 0; trial < means.length; trial++) {
      java.util.Arrays.fill(values[trial], means[trial]);
    }
    return values;
  }

  @Test
  void valuesThatDoNotVaryHaveAnIntervalOfOnePoint() {
    RankCorrelation same =
        RankCorrelation.of(constant(1, 2, 5, 9), constant(10, 20, 21, 22), 100, 0);
    assertEquals(new RankCorrelation(1, 1, 1), same);
    assertEquals(-1, RankCorrelation.of(constant(1, 2, 5), constant(3, 2, 1), 100, 0).rho(), 1e-12);
  }

  /** Ranks 1 2 3.5 3.5 and 2 1 3 4: Pearson's correlation of these is 3.5 / sqrt(4.5 · 5). */
  @Test
  void tiesHaveTheirMeanRank() {
    RankCorrelation tied = RankCorrelation.of(constant(1, 2, 7, 7), constant(5, 4, 6, 8), 100, 0);
    assertEquals(3.5 / Math.sqrt(4.5 * 5), tied.rho(), 1e-12);
  }

  @Test
  void undefinedWhereOneMetricIsTheSameInAllTrials() {
    RankCorrelation flat = RankCorrelation.of(constant(1, 2, 3), constant(4, 4, 4), 100, 0);
    assertTrue(Double.isNaN(flat.rho()) && Double.isNaN(flat.low()) && Double.isNaN(flat.high()));
  }

  /** Trials whose means are far apart keep their order in every replicate; noise does not. */
  @Test
  void theIntervalIsWideOnlyWhereImagesDisagree() {
    Random random = new Random(1);
    double[][] clear = new double[6][200];
    double[][] noise = new double[6][200];
    for (int trial = 0; trial < 6; trial++) {
      for (int image = 0; image < 200; image++) {
        clear[trial][image] = trial + 0.1 * random.nextGaussian();
        noise[trial][image] = random.nextGaussian();
      }
    }
    RankCorrelation certain = RankCorrelation.of(clear, clear, 200, 0);
    assertEquals(new RankCorrelation(1, 1, 1), certain);
    RankCorrelation uncertain = RankCorrelation.of(clear, noise, 200, 0);
    assertTrue(uncertain.high() - uncertain.low() > 0.5, uncertain::toString);
    assertTrue(
        uncertain.low() <= uncertain.rho() && uncertain.rho() <= uncertain.high(),
        uncertain::toString);
    assertEquals(uncertain, RankCorrelation.of(clear, noise, 200, 0));
  }

  @Test
  void twoTrialsAreTooFew() {
    assertThrows(
        IllegalArgumentException.class,
        () -> RankCorrelation.of(constant(1, 2), constant(1, 2), 100, 0));
  }
}
