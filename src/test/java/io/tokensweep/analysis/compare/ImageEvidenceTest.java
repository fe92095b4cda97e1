package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.analysis.compare.TrialComparison.Flips;
import io.tokensweep.store.PredictionColumns;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageEvidenceTest {
  private static List<Evidence> metrics(double[][] correct, double[][] loss, double[][] diversity) {
    return ImageEvidence.of(
            new PredictionColumns.Pair(
                loss[0].length, new double[loss[0].length], correct, correct, loss, diversity))
        .metrics();
  }

  /** With three images t has two degrees of freedom, and p = 1 − |t| / √(2 + t²). */
  @Test
  void meansAreTestedByThePairedT() {
    double[][] correct = {{1, 1, 0}, {1, 0, 0}};
    double[][] loss = {{1, 2, 3}, {1.1, 2.4, 3.1}};
    double[][] diversity = {{10, 20, 30}, {9, 18, 30}};
    List<Evidence> metrics = metrics(correct, loss, diversity);
    // differences 0.1, 0.4, 0.1: mean 0.2, deviation √0.03
    double t = 0.2 / Math.sqrt(0.03 / 3);
    assertEquals(1 - t / Math.sqrt(2 + t * t), metrics.get(2).p().getAsDouble(), 1e-12);
    assertEquals(0.2, metrics.get(2).effect().value(), 1e-12);
    // differences −1, −2, 0: mean −1, deviation 1; of a mean of 20
    t = Math.sqrt(3);
    assertEquals(1 - t / Math.sqrt(2 + t * t), metrics.get(3).p().getAsDouble(), 1e-12);
    assertEquals(-5, metrics.get(3).effect().value(), 1e-12, "percent");
  }

  @Test
  void accuraciesAreTestedByMcNemarsInPoints() {
    double[][] correct = {{1, 1, 1, 1, 1, 1, 1, 0}, {0, 0, 0, 0, 0, 0, 1, 0}};
    double[][] loss = new double[2][8];
    Evidence top1 = metrics(correct, loss, loss).get(0);
    assertEquals(2.0 / 64, top1.p().getAsDouble(), 1e-12, "six lost, none gained");
    assertEquals(87.5, top1.base(), 1e-12);
    assertEquals(12.5, top1.head(), 1e-12);
    assertEquals(-75, top1.effect().value(), 1e-12);
    assertTrue(metrics(correct, loss, loss).get(2).p().isEmpty(), "all losses are equal");
  }

  /** The bootstrap of a share is binomial: 40 of 1000 have a deviation of 0.62 points. */
  @Test
  void changedPredictionsAreCountedWithAnInterval() {
    int images = 1000;
    double[] changed = new double[images];
    Arrays.fill(changed, 0, 40, 1);
    double[][] none = new double[2][images];
    Flips flips =
        ImageEvidence.of(new PredictionColumns.Pair(images, changed, none, none, none, none))
            .flips();
    assertEquals(40, flips.changed());
    assertEquals(4, flips.rate().value(), 1e-12);
    double deviation = 100 * Math.sqrt(0.04 * 0.96 / images);
    assertEquals(4 - 1.96 * deviation, flips.rate().low(), 0.15, "a share has steps of 0.1");
    assertEquals(4 + 1.96 * deviation, flips.rate().high(), 0.15);
  }
}
