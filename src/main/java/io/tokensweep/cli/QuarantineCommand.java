package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code quarantine}: results that are known to be wrong. */
@Command(
    name = "quarantine",
    mixinStandardHelpOptions = true,
    description =
        "Keeps wrong results, of a bad node or a throttled machine, out of every analysis. No row is"
            + " deleted, and it can be undone.",
    subcommands = {
      QuarantineAddCommand.class,
      QuarantineListCommand.class,
      QuarantineLiftCommand.class
    })
final class QuarantineCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new InvalidInputException(
        "quarantine: found no command, allowed: " + String.join(", ", spec.subcommands().keySet()));
  }
}
