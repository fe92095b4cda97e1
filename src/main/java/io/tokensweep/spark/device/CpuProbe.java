package io.tokensweep.spark.device;

import io.tokensweep.spark.device.CpuReading.CoreTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the CPU's state from {@code /proc} and {@code /sys}. Never fails. */
public final class CpuProbe {
  /** Names of sensor chips of processors. */
  private static final Set<String> CHIPS =
      Set.of("coretemp", "k10temp", "zenpower", "cpu_thermal", "cputhermal");

  /** Types of thermal zones of processors, where no chip has a name. */
  private static final Set<String> ZONES = Set.of("x86_pkg_temp", "cpu-thermal", "cpu_thermal");

  private final Path root;

  /**
   * @param root what holds {@code proc} and {@code sys}: {@code /}, but in tests
   */
  public CpuProbe(Path root) {
    this.root = root;
  }

  /** Reads everything; well below a millisecond for a few cores. */
  public CpuReading read() {
    BitSet cores = cores();
    return new CpuReading(
        megahertz(cores),
        celsius(),
        text("proc/loadavg").map(CpuText::loadAverage).orElse(OptionalDouble.empty()),
        throttles(cores),
        quotaMicros(),
        time(cores));
  }

  /** Those that this process may use. */
  private BitSet cores() {
    return text("proc/self/status").map(CpuText::allowed).orElseGet(BitSet::new);
  }

  private OptionalDouble megahertz(BitSet cores) {
    OptionalDouble kilohertz =
        cores.stream()
            .mapToObj(core -> number(core(core).resolve("cpufreq/scaling_cur_freq")))
            .flatMapToLong(OptionalLong::stream)
            .average();
    return kilohertz.isPresent()
        ? OptionalDouble.of(kilohertz.getAsDouble() / 1000)
        : text("proc/cpuinfo")
            .map(text -> CpuText.megahertz(text, cores))
            .orElse(OptionalDouble.empty());
  }

  private OptionalDouble celsius() {
    List<Long> thousandths = new ArrayList<>();
    for (Path chip : list("sys/class/hwmon", "hwmon*")) {
      if (CHIPS.contains(word(chip.resolve("name")))) {
        list(root.relativize(chip).toString(), "temp*_input")
            .forEach(sensor -> number(sensor).ifPresent(thousandths::add));
      }
    }
    if (thousandths.isEmpty()) {
      for (Path zone : list("sys/class/thermal", "thermal_zone*")) {
        if (ZONES.contains(word(zone.resolve("type")))) {
          number(zone.resolve("temp")).ifPresent(thousandths::add);
        }
      }
    }
    return thousandths.stream().mapToDouble(value -> value / 1000.0).max();
  }

  private OptionalLong throttles(BitSet cores) {
    long[] counts =
        cores.stream()
            .mapToObj(core -> core(core).resolve("thermal_throttle"))
            .flatMap(
                folder ->
                    Stream.of(
                        number(folder.resolve("core_throttle_count")),
                        number(folder.resolve("package_throttle_count"))))
            .flatMapToLong(OptionalLong::stream)
            .toArray();
    return counts.length == 0 ? OptionalLong.empty() : OptionalLong.of(Arrays.stream(counts).sum());
  }

  private Path core(int number) {
    return root.resolve("sys/devices/system/cpu/cpu" + number);
  }

  /** Of version 2 of control groups where it is used, else of version 1. */
  private OptionalLong quotaMicros() {
    Optional<String> groups = text("proc/self/cgroup");
    if (groups.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong second = count(CpuText.group(groups.get(), ""), "sys/fs/cgroup", "throttled_usec");
    if (second.isPresent()) {
      return second;
    }
    OptionalLong nanos =
        count(CpuText.group(groups.get(), "cpu"), "sys/fs/cgroup/cpu", "throttled_time");
    return nanos.isPresent() ? OptionalLong.of(nanos.getAsLong() / 1000) : nanos;
  }

  /** A container often sees its own group as the root of the mount, whatever its name outside. */
  private OptionalLong count(Optional<String> group, String mount, String key) {
    if (group.isEmpty()) {
      return OptionalLong.empty();
    }
    return text(mount + group.get() + "/cpu.stat")
        .or(() -> text(mount + "/cpu.stat"))
        .map(text -> CpuText.count(text, key))
        .orElse(OptionalLong.empty());
  }

  private Optional<CoreTime> time(BitSet cores) {
    Optional<CpuText.Ticks> ticks = text("proc/stat").flatMap(text -> CpuText.ticks(text, cores));
    OptionalLong own = text("proc/self/stat").map(CpuText::ownTicks).orElse(OptionalLong.empty());
    return ticks.isPresent() && own.isPresent()
        ? Optional.of(new CoreTime(ticks.get().all(), ticks.get().busy(), own.getAsLong()))
        : Optional.empty();
  }

  private static OptionalLong number(Path file) {
    return CpuText.number(word(file));
  }

  private static String word(Path file) {
    return text(file).map(String::strip).orElse("");
  }

  private Optional<String> text(String path) {
    return text(root.resolve(path));
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException | SecurityException e) {
      return Optional.empty();
    }
  }

  private List<Path> list(String folder, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(folder), pattern)) {
      entries.forEach(found::add);
    } catch (IOException | DirectoryIteratorException | SecurityException e) {
      found.clear();
    }
    return found;
  }
}
