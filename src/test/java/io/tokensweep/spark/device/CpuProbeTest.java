package io.tokensweep.spark.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.spark.device.CpuReading.CoreTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is in a tree like that of the kernel is read, and what is not there is empty. */
class CpuProbeTest {
  private static final CpuReading NOTHING =
      new CpuReading(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty());

  @TempDir Path root;

  private void put(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private CpuReading read() {
    return new CpuProbe(root).read();
  }

  /** Four cores, of which this process may use 0, 2 and 3. */
  private void threeOfFour() throws IOException {
    put("proc/self/status", "Name:\tjava\nCpus_allowed:\td\nCpus_allowed_list:\t0,2-3\n");
  }

  @Test
  void anEmptyTreeTellsNothing() {
    assertEquals(NOTHING, read());
    assertEquals(NOTHING, new CpuProbe(root.resolve("absent")).read());
  }

  @Test
  void damagedFilesTellNothing() throws IOException {
    threeOfFour();
    put("proc/stat", "cpu0 1 2\ncpu2 x y z 4 5\n");
    put("proc/self/stat", "7 (java) S 1 2");
    put("proc/loadavg", "\n");
    put("proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: unknown\n");
    put("sys/class/hwmon/hwmon0/name", "k10temp\n");
    put("sys/class/hwmon/hwmon0/temp1_input", "\n");
    put("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "<none>\n");
    put("proc/self/cgroup", "nonsense\n");
    assertEquals(NOTHING, read());
  }

  @Test
  void clocksAreThoseOfTheCoresThatThisProcessMayUse() throws IOException {
    threeOfFour();
    for (int core = 0; core < 4; core++) {
      put(
          "sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq".formatted(core),
          "%d\n".formatted(core == 1 ? 800000 : 3000000 + core * 100000));
    }
    put("proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: 1000.000\n");
    assertEquals((3000 + 3200 + 3300) / 3.0, read().megahertz().orElseThrow(), 1e-9);
  }

  @Test
  void withoutClockFilesTheProcessorsDescriptionCounts() throws IOException {
    threeOfFour();
    StringBuilder cpuinfo = new StringBuilder();
    for (int core = 0; core < 4; core++) {
      cpuinfo.append(
          "processor\t: %d\nmodel name\t: Some CPU @ 2.00GHz\ncpu MHz\t\t: 2%d00.500\n\n"
              .formatted(core, core));
    }
    put("proc/cpuinfo", cpuinfo.toString());
    assertEquals((2000.5 + 2200.5 + 2300.5) / 3, read().megahertz().orElseThrow(), 1e-9);
  }

  @Test
  void theHottestSensorOfTheProcessorCountsAndNoOtherChip() throws IOException {
    put("sys/class/hwmon/hwmon0/name", "nvme\n");
    put("sys/class/hwmon/hwmon0/temp1_input", "95000\n");
    put("sys/class/hwmon/hwmon1/name", "coretemp\n");
    put("sys/class/hwmon/hwmon1/temp1_input", "61000\n");
    put("sys/class/hwmon/hwmon1/temp2_input", "63500\n");
    put("sys/class/hwmon/hwmon1/temp2_max", "100000\n");
    put("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp\n");
    put("sys/class/thermal/thermal_zone0/temp", "70000\n");
    assertEquals(OptionalDouble.of(63.5), read().celsius());
  }

  @Test
  void withoutAChipTheZoneOfTheProcessorCounts() throws IOException {
    put("sys/class/thermal/thermal_zone0/type", "acpitz\n");
    put("sys/class/thermal/thermal_zone0/temp", "95000\n");
    put("sys/class/thermal/thermal_zone1/type", "cpu-thermal\n");
    put("sys/class/thermal/thermal_zone1/temp", "48250\n");
    assertEquals(OptionalDouble.of(48.25), read().celsius());
  }

  @Test
  void throttlesAreSummedOverTheCoresThatThisProcessMayUse() throws IOException {
    threeOfFour();
    for (int core = 0; core < 4; core++) {
      String folder = "sys/devices/system/cpu/cpu%d/thermal_throttle/".formatted(core);
      put(folder + "core_throttle_count", "%d\n".formatted(core == 1 ? 1000 : core));
      put(folder + "package_throttle_count", "7\n");
    }
    assertEquals(OptionalLong.of(2 + 3 + 3 * 7), read().throttles());
  }

  @Test
  void theQuotaIsThatOfTheControlGroupOfThisProcess() throws IOException {
    put("proc/self/cgroup", "0::/jobs/a:b\n");
    put("sys/fs/cgroup/cpu.stat", "usage_usec 5\nthrottled_usec 1\n");
    assertEquals(OptionalLong.of(1), read().quotaMicros());
    put("sys/fs/cgroup/jobs/a:b/cpu.stat", "usage_usec 9\nnr_throttled 3\nthrottled_usec 420\n");
    assertEquals(OptionalLong.of(420), read().quotaMicros());
  }

  @Test
  void theFirstVersionOfControlGroupsCountsInNanoseconds() throws IOException {
    put("proc/self/cgroup", "4:memory:/m\n1:cpu,cpuacct:/jobs\n0::/\n");
    put("sys/fs/cgroup/cpu/jobs/cpu.stat", "nr_periods 9\nthrottled_time 5200000\n");
    assertEquals(OptionalLong.of(5200), read().quotaMicros());
  }

  @Test
  void timeIsThatOfTheCoresThatThisProcessMayUse() throws IOException {
    threeOfFour();
    put(
        "proc/stat",
        """
        cpu  999 999 999 999 999 999 999 999 999 999
        cpu0 100 1 20 700 30 4 5 6 50 0
        cpu1 9000 0 0 0 0 0 0 0 0 0
        cpu2 10 0 0 90 0 0 0 0 0 0
        cpu3 0 0 0 100 0 0 0 0 0 0
        intr 1 2 3
        """);
    put(
        "proc/self/stat",
        "42 (a) S (b) R 1 42 42 0 -1 4194304 9 8 7 6 25 13 99 99 20 0 30 0 5 6 7 8\n");
    put("proc/loadavg", "1.25 0.50 0.10 2/300 4711\n");
    CpuReading reading = read();
    // guest time (50) is in user time already
    assertEquals(Optional.of(new CoreTime(866 + 100 + 100, 136 + 10, 25 + 13)), reading.time());
    assertEquals(OptionalDouble.of(1.25), reading.loadAverage());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisMachineTellsAtLeastItsTime() {
    CpuReading before = new CpuProbe(Path.of("/")).read();
    CoreTime start = before.time().orElseThrow();
    assertTrue(before.loadAverage().isPresent());
    assertTrue(start.busy() <= start.all() && start.own() > 0);
    long deadline = System.nanoTime() + 10_000_000_000L;
    CoreTime now = start;
    while (now.own() < start.own() + 5 && System.nanoTime() < deadline) {
      now = new CpuProbe(Path.of("/")).read().time().orElseThrow();
    }
    assertTrue(now.own() >= start.own() + 5, "no time passed for this process");
    assertTrue(now.busy() > start.busy() && now.all() > start.all());
  }
}
