package io.tokensweep.cli;

import picocli.CommandLine.Command;

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
      BenchPlanCommand.class
    })
final class BenchCommand {}
