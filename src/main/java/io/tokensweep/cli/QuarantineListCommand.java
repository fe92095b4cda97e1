package io.tokensweep.cli;

import io.tokensweep.report.QuarantineText;
import io.tokensweep.store.Quarantine;
import io.tokensweep.store.ResultStore;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code quarantine list}: what is in quarantine, and what was. */
@Command(
    name = "list",
    description = "Lists what is in quarantine and what was lifted, with the reasons.",
    mixinStandardHelpOptions = true)
final class QuarantineListCommand implements Callable<Integer> {
  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    Quarantine quarantine = ResultStore.existing(options.results()).quarantine();
    if (options.json()) {
      System.out.println(QuarantineText.json(quarantine));
    } else {
      System.out.print(QuarantineText.text(quarantine));
    }
    return ExitCode.DONE;
  }
}
