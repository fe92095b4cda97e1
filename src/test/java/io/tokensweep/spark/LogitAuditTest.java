package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.sweep.Precision;
import org.junit.jupiter.api.Test;

/** The timed forward pass has to be the evaluated one. */
class LogitAuditTest {
  /** Two images, three classes. */
  private static final float[] EVALUATED = {1, 2, 3, -4, 5, 6};

  private static LogitAudit.Finding compare(Precision precision, float[]... passes) {
    LogitAudit audit = new LogitAudit(3, precision);
    for (float[] pass : passes) {
      audit.add(pass);
    }
    return audit.compare(EVALUATED);
  }

  private static float[] changed(int index, double by) {
    float[] logits = EVALUATED.clone();
    logits[index] += (float) by;
    return logits;
  }

  @Test
  void equalLogitsPass() {
    assertEquals(
        new LogitAudit.Finding(0, ""),
        compare(Precision.FP32, EVALUATED.clone(), EVALUATED.clone()));
  }

  @Test
  void roundingPasses() {
    assertEquals("", compare(Precision.FP32, changed(4, 5e-4)).problem()); // of 10
    assertEquals("", compare(Precision.FP16, changed(4, 5e-2)).problem());
    assertEquals("", compare(Precision.BF16, changed(4, 0.2)).problem());
  }

  @Test
  void oneOtherLogitIsFound() {
    LogitAudit.Finding finding = compare(Precision.FP32, changed(4, 0.25));
    assertEquals(0.25, finding.difference());
    assertEquals(
        "timed logits of 1 of 2 images differ from the evaluation's, by up to 0.25",
        finding.problem());
    assertTrue(compare(Precision.FP16, changed(4, 0.25)).problem().startsWith("timed logits"));
    assertTrue(compare(Precision.BF16, changed(4, 1)).problem().startsWith("timed logits"));
  }

  @Test
  void tinyLogitsMayDifferByLess() {
    LogitAudit audit = new LogitAudit(3, Precision.BF16);
    audit.add(new float[] {0.03f, 0.02f, 0.01f});
    assertTrue(audit.compare(new float[] {0.01f, 0.02f, 0.03f}).problem().startsWith("timed"));
  }

  @Test
  void everyPassCounts() {
    assertEquals(
        "logits differ between timed passes, by up to 0.50",
        compare(Precision.FP32, EVALUATED.clone(), EVALUATED.clone(), changed(0, 0.5)).problem());
  }

  @Test
  void logitsThatAreNoNumbersAreFound() {
    assertEquals(
        "logits of 1 of 2 timed images are not finite",
        compare(Precision.FP32, changed(4, Double.NaN)).problem());
    assertEquals(
        "logits of 1 of 2 timed images are not finite",
        compare(Precision.FP32, EVALUATED.clone(), changed(4, Double.NaN)).problem());
    assertEquals(
        "the timed forward pass has 3 logits, the evaluation 6",
        compare(Precision.FP32, new float[3]).problem());
  }
}
