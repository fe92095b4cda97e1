package io.tokensweep.spark.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.spark.device.CpuReading.CoreTime;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static CpuReading reading(
      double megahertz, double celsius, long throttles, long quotaMicros, CoreTime time) {
    return new CpuReading(
        OptionalDouble.of(megahertz),
        OptionalDouble.of(celsius),
        OptionalDouble.of(2.5),
        OptionalLong.of(throttles),
        OptionalLong.of(quotaMicros),
        Optional.of(time));
  }

  private static OptionalDouble otherLoad(CoreTime from, CoreTime to) {
    return Conditions.between(
            reading(1, 1, 0, 0, from), reading(1, 1, 0, 0, to), GpuReading.NOTHING)
        .otherLoad();
  }

  @Test
  void countsAreDifferencesAndStatesAreThoseOfBothEnds() {
    assertEquals(
        new Conditions(
            OptionalDouble.of(2500),
            OptionalDouble.of(71),
            OptionalDouble.of(2.5),
            OptionalDouble.of(0.25),
            OptionalLong.of(4),
            OptionalDouble.of(1.5),
            GpuReading.NOTHING),
        Conditions.between(
            reading(2000, 71, 10, 1_000_000, new CoreTime(1000, 500, 100)),
            reading(3000, 64, 14, 2_500_000, new CoreTime(1400, 800, 300)),
            GpuReading.NOTHING));
  }

  @Test
  void theLoadOfOthersIsAShare() {
    assertEquals(OptionalDouble.of(0), otherLoad(new CoreTime(0, 0, 0), new CoreTime(100, 50, 52)));
    assertEquals(OptionalDouble.of(1), otherLoad(new CoreTime(0, 0, 0), new CoreTime(100, 100, 0)));
    assertEquals(OptionalDouble.empty(), otherLoad(new CoreTime(10, 5, 5), new CoreTime(10, 5, 5)));
  }

  @Test
  void whatOneEndDoesNotTellIsEmpty() {
    CpuReading nothing =
        new CpuReading(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty());
    CpuReading all = reading(1, 1, 5, 5, new CoreTime(9, 9, 9));
    Conditions none =
        new Conditions(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            GpuReading.NOTHING);
    assertEquals(none, Conditions.between(all, nothing, GpuReading.NOTHING));
    assertEquals(OptionalLong.empty(), counts(9, 5));
    assertEquals(OptionalLong.of(0), counts(5, 5));
  }

  private static OptionalLong counts(long from, long to) {
    CoreTime time = new CoreTime(1, 1, 1);
    return Conditions.between(
            reading(1, 1, from, 0, time), reading(1, 1, to, 0, time), GpuReading.NOTHING)
        .cpuThrottles();
  }
}
