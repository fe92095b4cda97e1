package io.tokensweep.spark;

import ai.djl.engine.Engine;
import io.tokensweep.spark.device.GpuProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What kind of machine measured: products and engine build, never a host name or a clock rate. */
public final class MachineClass {
  private MachineClass() {}

  static String describe() {
    return "%s; %s%s".formatted(hardware(), gpus(), engine());
  }

  /** Of all that the engine sees; ends with a separator unless there is none. */
  private static String gpus() {
    TaskDevice.Sight sight = TaskDevice.Sight.ofThisProcess();
    String products =
        IntStream.range(0, sight.count())
            .mapToObj(index -> new GpuProbe(sight.name(index)).product().orElse("unknown GPU"))
            .distinct()
            .sorted()
            .collect(Collectors.joining(" + "));
    return products.isEmpty() ? "" : products + "; ";
  }

  /** Products only; the engine need not start for it. */
  public static String hardware() {
    return "%s; %d cores; %d GiB"
        .formatted(cpu(), Runtime.getRuntime().availableProcessors(), memoryGib());
  }

  /** Engine name and version as loaded. */
  static String engine() {
    Engine engine = Engine.getInstance();
    return engine.getEngineName() + " " + engine.getVersion();
  }

  private static String cpu() {
    return field(Path.of("/proc/cpuinfo"), "model name")
        .map(name -> name.replaceAll("\\s*@.*", "").strip())
        .orElseGet(() -> System.getProperty("os.arch"));
  }

  private static long memoryGib() {
    return field(Path.of("/proc/meminfo"), "MemTotal")
        .map(text -> Math.round(Long.parseLong(text.replaceAll("\\D", "")) / (1024.0 * 1024.0)))
        .orElse(0L);
  }

  private static Optional<String> field(Path file, String name) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    Pattern pattern = Pattern.compile("^" + Pattern.quote(name) + "\\s*:\\s*(.*)$");
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(pattern::matcher)
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
