package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bench}: timings of this program's own parts. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Times parts of the program against each other, in turn and in one process: medians, and"
            + " ratios to the first, with 95 %% intervals.",
    subcommands = {
      BenchForwardCommand.class,
      BenchDecodeCommand.class,
      BenchStoreCommand.class,
      BenchPlanCommand.class,
      BenchScheduleCommand.class,
      BenchParetoCommand.class,
      BenchHistoryCommand.class
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new InvalidInputException(
        "bench: found no benchmark, allowed: " + String.join(", ", spec.subcommands().keySet()));
  }
}
