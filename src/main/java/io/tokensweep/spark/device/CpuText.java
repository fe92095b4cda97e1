package io.tokensweep.spark.device;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel's text files say. What is not there, or not as expected, is empty. */
final class CpuText {
  private static final Pattern CORE = Pattern.compile("cpu([0-9]+) +([0-9 ]+)");
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

  /** Columns of a core in {@code /proc/stat}: user nice system idle iowait irq softirq steal. */
  private static final int IDLE = 3;

  private static final int WAITING = 4;

  /** Those behind it, guest and guest_nice, are in user and nice already. */
  private static final int COLUMNS = 8;

  /** Behind the name in {@code /proc/self/stat}: utime and stime. */
  private static final int USER_TIME = 11;

  private CpuText() {}

  /**
   * @param all ticks of all cores asked for
   * @param busy those that were not idle; waiting for a disk is idle, time that the hypervisor gave
   *     to others is not
   */
  record Ticks(long all, long busy) {}

  /** Sums of the given cores in {@code /proc/stat}. */
  static Optional<Ticks> ticks(String stat, BitSet cores) {
    long all = 0;
    long idle = 0;
    for (String line : stat.lines().toList()) {
      Matcher core = CORE.matcher(line);
      if (core.matches() && cores.get(Integer.parseInt(core.group(1)))) {
        long[] columns =
            Arrays.stream(core.group(2).strip().split(" +", -1))
                .limit(COLUMNS)
                .mapToLong(Long::parseLong)
                .toArray();
        if (columns.length <= WAITING) {
          return Optional.empty();
        }
        all += Arrays.stream(columns).sum();
        idle += columns[IDLE] + columns[WAITING];
      }
    }
    return all == 0 ? Optional.empty() : Optional.of(new Ticks(all, all - idle));
  }

  /** User and system ticks of a process from {@code /proc/PID/stat}; its name may hold anything. */
  static OptionalLong ownTicks(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= USER_TIME + 1) {
      return OptionalLong.empty();
    }
    OptionalLong user = number(fields[USER_TIME]);
    OptionalLong system = number(fields[USER_TIME + 1]);
    return user.isPresent() && system.isPresent()
        ? OptionalLong.of(user.getAsLong() + system.getAsLong())
        : OptionalLong.empty();
  }

  /** The cores that {@code /proc/self/status} allows; none if it does not say. */
  static BitSet allowed(String status) {
    BitSet cores = new BitSet();
    value(status, "Cpus_allowed_list:")
        .ifPresent(
            list -> {
              for (String part : list.split(",", -1)) {
                Matcher range = RANGE.matcher(part.strip());
                if (range.matches()) {
                  int from = Integer.parseInt(range.group(1));
                  int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
                  cores.set(from, Math.max(from, to) + 1);
                }
              }
            });
    return cores;
  }

  /** Mean of {@code cpu MHz} in {@code /proc/cpuinfo} over the given cores. */
  static OptionalDouble megahertz(String cpuinfo, BitSet cores) {
    double sum = 0;
    int found = 0;
    OptionalLong core = OptionalLong.empty();
    for (String line : cpuinfo.lines().toList()) {
      int colon = line.indexOf(':');
      String key = colon < 0 ? "" : line.substring(0, colon).strip();
      if (key.equals("processor")) {
        core = number(line.substring(colon + 1));
      } else if (key.equals("cpu MHz") && core.isPresent() && cores.get((int) core.getAsLong())) {
        OptionalDouble clock = decimal(line.substring(colon + 1));
        if (clock.isPresent()) {
          sum += clock.getAsDouble();
          found++;
        }
      }
    }
    return found == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / found);
  }

  /** The first of the three means in {@code /proc/loadavg}. */
  static OptionalDouble loadAverage(String text) {
    return decimal(text.strip().split(" ", 2)[0]);
  }

  /** The number behind a key that starts a line. */
  static OptionalLong count(String text, String key) {
    return value(text, key + " ").map(CpuText::number).orElse(OptionalLong.empty());
  }

  /** The folders of a process in the hierarchies of {@code /proc/self/cgroup}. */
  static Optional<String> group(String cgroup, String controller) {
    return cgroup
        .lines()
        .map(line -> line.split(":", 3))
        .filter(parts -> parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller))
        .map(parts -> parts[2])
        .findFirst();
  }

  static OptionalLong number(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches()
        ? OptionalLong.of(Long.parseLong(stripped))
        : OptionalLong.empty();
  }

  private static OptionalDouble decimal(String text) {
    String stripped = text.strip();
    return DECIMAL.matcher(stripped).matches()
        ? OptionalDouble.of(Double.parseDouble(stripped))
        : OptionalDouble.empty();
  }

  private static Optional<String> value(String text, String start) {
    return text.lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst();
  }
}
