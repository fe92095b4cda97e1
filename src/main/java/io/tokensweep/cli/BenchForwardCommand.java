package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.bench.ForwardBench;
import io.tokensweep.sweep.SweepFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench forward}: images per second of each method. */
@Command(
    name = "forward",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Times the forward pass of each method against the unreduced network; values in YAML are as"
            + " in a sweep file.")
final class BenchForwardCommand implements Callable<Integer> {
  @Option(
      names = "--models",
      defaultValue = "{name: deit_tiny_patch16_224}",
      paramLabel = "YAML",
      description = "With synthetic weights unless it names a checkpoint.")
  private String models;

  @Option(
      names = "--methods",
      defaultValue = "[evit, {name: tome, r: 13}]",
      paramLabel = "YAML",
      description = "The unreduced network is always timed too.")
  private String methods;

  @Option(
      names = "--keep-rates",
      defaultValue = "[0.5, 0.7]",
      paramLabel = "YAML",
      description = "Of the methods that have one.")
  private String keepRates;

  @Option(
      names = "--sites",
      paramLabel = "YAML",
      description = "Blocks; the architecture's usual ones if absent.")
  private String sites = "";

  @Option(
      names = "--resolutions",
      paramLabel = "YAML",
      description = "In pixels; the model's own if absent.")
  private String resolutions = "";

  @Option(
      names = "--precision",
      defaultValue = "fp32",
      paramLabel = "YAML",
      description = "Such as [fp32, bf16]; each is compared by itself.")
  private String precision;

  @Option(
      names = "--batch-sizes",
      defaultValue = "1,32",
      split = ",",
      paramLabel = "N",
      description = "Images of a batch; each is compared by itself.")
  private List<Integer> batchSizes;

  @Option(
      names = "--data",
      defaultValue = "{type: shapes, count: 64, seed: 0}",
      paramLabel = "YAML",
      description = "Images, which matter to methods that keep different numbers in each.")
  private String data;

  @Option(names = "--threads", defaultValue = "1", description = "Threads of the engine.")
  private int threads;

  @Mixin private BenchOptions options;

  @Override
  public Integer call() {
    if (threads < 1) {
      throw new InvalidInputException(
          "bench forward: --threads is %d, allowed: 1 and more".formatted(threads));
    }
    Map<String, String> sections = new LinkedHashMap<>();
    sections.put("models", models);
    sections.put("methods", methods);
    sections.put("keep_rates", keepRates);
    sections.put("precision", precision);
    sections.put("data", data);
    if (!sites.isEmpty()) {
      sections.put("sites", sites);
    }
    if (!resolutions.isEmpty()) {
      sections.put("resolutions", resolutions);
    }
    return options.print(
        "forward",
        ForwardBench.run(
            SweepFile.ofOptions("bench forward", sections, System.getenv()),
            batchSizes,
            threads,
            options.rounds()));
  }
}
