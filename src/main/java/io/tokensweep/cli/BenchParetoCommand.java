package io.tokensweep.cli;

import io.tokensweep.bench.ParetoBench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench pareto}: fronts per second. */
@Command(
    name = "pareto",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Times fronts on confidence of many trials.")
final class BenchParetoCommand implements Callable<Integer> {
  @Option(names = "--trials", defaultValue = "500", description = "To be compared.")
  private int trials;

  @Option(names = "--images", defaultValue = "50000", description = "Of the data set.")
  private int images;

  @Mixin private BenchOptions options;

  @Override
  public Integer call() {
    return options.print("pareto", List.of(ParetoBench.run(trials, images, options.rounds())));
  }
}
