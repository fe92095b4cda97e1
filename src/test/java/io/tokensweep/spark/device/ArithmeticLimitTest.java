package io.tokensweep.spark.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.tokensweep.spark.device.ArithmeticLimit.Verdict;
import io.tokensweep.sweep.Precision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArithmeticLimitTest {
  private static final ArithmeticLimit HUNDRED = limit(100);

  private static ArithmeticLimit limit(double macsPerSecond) {
    return new ArithmeticLimit(Precision.FP32, 1, macsPerSecond);
  }

  @Test
  void threeQuartersAreThePlausiblePart() {
    assertEquals(Verdict.PLAUSIBLE, HUNDRED.verdict(0));
    assertEquals(Verdict.PLAUSIBLE, HUNDRED.verdict(75));
    assertEquals(Verdict.SUSPICIOUS, HUNDRED.verdict(75.1));
    assertEquals(Verdict.SUSPICIOUS, HUNDRED.verdict(100));
    assertEquals(Verdict.IMPOSSIBLE, HUNDRED.verdict(100.1));
    assertEquals(Verdict.IMPOSSIBLE, HUNDRED.verdict(Double.POSITIVE_INFINITY));
    assertEquals(1.25, HUNDRED.share(125));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -1})
  void aRateIsANumberFromZero(double rate) {
    assertThrows(IllegalArgumentException.class, () -> HUNDRED.verdict(rate));
    assertThrows(IllegalArgumentException.class, () -> limit(rate));
  }

  /** Measurements of a machine that others used: only the last of them had it alone. */
  private static ArithmeticLimits machine(List<Precision> asked, double... rates) {
    return new ArithmeticLimits(
        precision -> {
          asked.add(precision);
          return limit(rates[Math.min(asked.size(), rates.length) - 1]);
        },
        () -> 1);
  }

  @Test
  void aResultIsRejectedOnlyIfTheMachineDoesNotReachItInASecondLook() {
    List<Precision> asked = new ArrayList<>();
    ArithmeticLimits disturbed = machine(asked, 50, 60, 200);
    assertEquals(Verdict.PLAUSIBLE, disturbed.judge(Precision.FP32, 100));
    assertEquals(3, asked.size());
    assertEquals(200, disturbed.of(Precision.FP32).macsPerSecond());
    assertEquals(Verdict.SUSPICIOUS, disturbed.judge(Precision.FP32, 160));
    assertEquals(3, asked.size(), "the limit is kept, and no second look is needed");
    assertEquals(Verdict.IMPOSSIBLE, disturbed.judge(Precision.FP32, 300));
    assertEquals(6, asked.size());
  }

  @Test
  void aLowerSecondMeasurementChangesNothing() {
    List<Precision> asked = new ArrayList<>();
    ArithmeticLimits disturbed = machine(asked, 100, 10);
    assertEquals(Verdict.IMPOSSIBLE, disturbed.judge(Precision.FP32, 101));
    assertEquals(100, disturbed.of(Precision.FP32).macsPerSecond());
  }

  @Test
  void eachPrecisionHasALimitOfItsOwn() {
    List<Precision> asked = new ArrayList<>();
    ArithmeticLimits limits = machine(asked, 1);
    limits.of(Precision.BF16);
    limits.of(Precision.FP32);
    limits.of(Precision.BF16);
    assertEquals(List.of(Precision.BF16, Precision.FP32), asked);
  }

  @Test
  void eachNumberOfThreadsHasALimitOfItsOwn() {
    int[] threads = {1};
    ArithmeticLimits limits =
        new ArithmeticLimits(
            precision -> new ArithmeticLimit(precision, threads[0], 100.0 * threads[0]),
            () -> threads[0]);
    assertEquals(Verdict.IMPOSSIBLE, limits.judge(Precision.FP32, 150));
    threads[0] = 2;
    assertEquals(Verdict.PLAUSIBLE, limits.judge(Precision.FP32, 150));
    threads[0] = 1;
    assertEquals(100, limits.of(Precision.FP32).macsPerSecond());
  }

  /** No machine that starts this engine has a limit outside of these bounds. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void theLimitOfThisMachineIsMeasuredOnce(Precision precision) {
    ArithmeticLimits limits = ArithmeticLimits.ofThisProcess(Device.cpu());
    ArithmeticLimit limit = limits.of(precision);
    assertSame(limit, limits.of(precision));
    assertEquals(precision, limit.precision());
    assertTrue(limit.threads() >= 1);
    assertTrue(limit.macsPerSecond() > 1e8 && limit.macsPerSecond() < 1e17, limit.toString());
  }
}
