package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void macsHaveThreeDigitsAndTheirUnit() {
    assertEquals("1.25 G", Format.macs(1_253_000_000L));
    assertEquals("17.6 G", Format.macs(17_582_000_000L));
    assertEquals("650 M", Format.macs(649_900_000L));
    assertEquals("1.00 G", Format.macs(999_600_000L));
    assertEquals("0 M", Format.macs(0));
  }

  @Test
  void significantDigitsSurviveRounding() {
    assertEquals("0.0123", Format.significant(0.012345));
    assertEquals("1.00", Format.significant(0.9999));
    assertEquals("10.0", Format.significant(9.999));
    assertEquals("42,400", Format.significant(42_351));
    assertEquals("–", Format.significant(Double.NaN));
  }

  @Test
  void changesCarryTheirSign() {
    assertEquals("−0.6", Format.points(-0.6));
    assertEquals("+1.3", Format.points(1.26));
    assertEquals("±0.0", Format.points(-0.04));
  }

  @Test
  void tokensAreOneNumberForEachChange() {
    assertEquals("197 → 139 → 98.5", Format.tokens(List.of(197.0, 197.0, 139.0, 139.0, 98.49)));
    assertEquals("–", Format.tokens(List.of()));
  }
}
