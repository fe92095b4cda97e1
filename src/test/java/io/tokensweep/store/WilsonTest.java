package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.TrialRow.Interval;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WilsonTest {
  private static final double Z = 1.959963984540054;

  @Property(tries = 300)
  void agreesWithTheClosedForm(
      @ForAll @IntRange(min = 1, max = 100_000) int images,
      @ForAll @IntRange(max = 1000) int permille) {
    long correct = images * (long) permille / 1000;
    double p = (double) correct / images;
    double centre = (p + Z * Z / (2 * images)) / (1 + Z * Z / images);
    double half =
        Z
            / (1 + Z * Z / images)
            * Math.sqrt(p * (1 - p) / images + Z * Z / (4.0 * images * images));
    Interval interval = Wilson.percent(correct, images);
    assertEquals(100 * p, interval.value(), 1e-9);
    assertEquals(100 * (centre - half), interval.low(), 1e-6);
    assertEquals(100 * (centre + half), interval.high(), 1e-6);
  }

  /** Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
  @Test
  void agreesWithNewcombesTable() {
    assertBounds(Wilson.percent(81, 263), 0.2553, 0.3662);
    assertBounds(Wilson.percent(15, 148), 0.0624, 0.1605);
    assertBounds(Wilson.percent(0, 20), 0.0, 0.1611);
    assertBounds(Wilson.percent(1, 29), 0.0061, 0.1718);
  }

  private static void assertBounds(Interval interval, double low, double high) {
    assertEquals(100 * low, interval.low(), 0.005);
    assertEquals(100 * high, interval.high(), 0.005);
  }

  @Test
  void nothingOrEverythingCorrectEndsExactlyAtTheEdge() {
    assertEquals(0, Wilson.percent(0, 500).low());
    assertEquals(100, Wilson.percent(500, 500).high());
    assertTrue(Wilson.percent(0, 500).high() > 0);
    assertTrue(Wilson.percent(500, 500).low() < 100);
  }

  @Test
  void ofNoImagesNothingIsKnown() {
    assertEquals(new Interval(Double.NaN, 0, 100), Wilson.percent(0, 0));
  }

  @Test
  void impossibleCountsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Wilson.percent(-1, 5));
    assertThrows(IllegalArgumentException.class, () -> Wilson.percent(6, 5));
    assertThrows(IllegalArgumentException.class, () -> Wilson.percent(1, 1L << 31));
  }
}
