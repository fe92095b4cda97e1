package io.tokensweep.bench;

import io.tokensweep.InvalidInputException;
import io.tokensweep.spark.ScheduleSimulation;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.SweepFile;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Schedules units that sleep: how busy slots are, and what the driver needs. */
public final class ScheduleBench {
  /** Two models, five methods. */
  private static final int TRIALS_OF_A_RATE = 10;

  private static final int TRIALS_OF_A_GROUP = 3125;
  private static final int MOST_RESOLUTIONS = 16;
  private static final int SMALLEST = 144;
  private static final int PATCH = 16;

  private ScheduleBench() {}

  /**
   * @param trials of the sweep
   * @param images of its data set
   * @throws InvalidInputException if there is no sweep of that many trials
   */
  public static ScheduleSimulation.Result run(
      int trials, int images, ScheduleSimulation.Size size, PrintStream log) {
    Plan plan = Plan.of(sweep(trials, images), OptionalInt.empty(), Set.of());
    try {
      Path folder = Files.createTempDirectory("tokensweep-schedule");
      try {
        return ScheduleSimulation.run(plan, size, folder, log);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Many trials are spread over groups, as in sweeps of several resolutions. */
  private static Sweep sweep(int trials, int images) {
    int resolutions = Math.max(1, Math.min(MOST_RESOLUTIONS, trials / (2 * TRIALS_OF_A_GROUP)));
    int step = TRIALS_OF_A_RATE * resolutions;
    if (trials < step || trials % step != 0) {
      throw new InvalidInputException(
          "bench schedule: --trials is %d, allowed: multiples of %d".formatted(trials, step));
    }
    int rates = trials / step;
    return SweepFile.ofOptions(
        "bench schedule",
        Map.of(
            "data",
            "{type: shapes, count: %d, seed: 0}".formatted(images),
            "models",
            "[{name: deit_tiny_patch16_224}, {name: deit_small_patch16_224}]",
            "methods",
            "[{name: evit, fuse: [true, false]}, topk, bat, random]",
            "keep_rates",
            list(rates, i -> String.valueOf((i + 1.0) / rates)),
            "resolutions",
            list(resolutions, i -> String.valueOf(SMALLEST + PATCH * i)),
            "measure",
            "{quality: {batch_size: 1}}"),
        Map.of());
  }

  private static String list(int count, IntFunction<String> value) {
    return IntStream.range(0, count).mapToObj(value).collect(Collectors.joining(", ", "[", "]"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> inside = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : inside) {
        Files.delete(file);
      }
    }
  }
}
