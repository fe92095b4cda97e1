package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.bench.DecodeBench;
import io.tokensweep.data.Transform;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench decode}: images per second and core, from file bytes to pixels. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Times decoding, resize and crop of the images of a folder on one core.")
final class BenchDecodeCommand implements Callable<Integer> {
  private static final int LARGEST_RESOLUTION = 8192; // as in a sweep file

  @Parameters(paramLabel = "FOLDER", description = "JPEG and PNG files at any depth.")
  private Path folder;

  @Option(names = "--limit", defaultValue = "200", description = "At most so many of them.")
  private int limit;

  @Option(
      names = "--transform",
      defaultValue = "deit",
      description = "How decoded images become pixels: deit, lvvit or timm.")
  private String transform;

  @Option(
      names = "--resolutions",
      defaultValue = "224",
      split = ",",
      paramLabel = "N",
      description = "In pixels.")
  private List<Integer> resolutions;

  @Mixin private BenchOptions options;

  @Override
  public Integer call() {
    check("--limit", limit, Integer.MAX_VALUE);
    resolutions.forEach(resolution -> check("--resolutions", resolution, LARGEST_RESOLUTION));
    return options.print(
        "decode",
        List.of(
            DecodeBench.run(
                folder, limit, Transform.named(transform), resolutions, options.rounds())));
  }

  private static void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new InvalidInputException(
          "bench decode: %s has %d, allowed: 1 to %d".formatted(option, value, most));
    }
  }
}
