package io.tokensweep.cli;

import io.tokensweep.bench.PlanBench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench plan}: trials per second. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Times the planning of a large sweep.")
final class BenchPlanCommand implements Callable<Integer> {
  @Option(names = "--trials", defaultValue = "20000", description = "Of the sweep.")
  private int trials;

  @Mixin private BenchOptions options;

  @Override
  public Integer call() {
    return options.print("plan", List.of(PlanBench.run(trials, options.rounds())));
  }
}
