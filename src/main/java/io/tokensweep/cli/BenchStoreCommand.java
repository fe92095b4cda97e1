package io.tokensweep.cli;

import io.tokensweep.bench.StoreBench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench store}: rows per second. */
@Command(
    name = "store",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Times writing predictions to a file, with its way to disk, and reading them.")
final class BenchStoreCommand implements Callable<Integer> {
  @Option(names = "--rows", defaultValue = "100000", description = "Predictions.")
  private int rows;

  @Mixin private BenchOptions options;

  @Override
  public Integer call() {
    return options.print("store", List.of(StoreBench.run(rows, options.rounds())));
  }
}
