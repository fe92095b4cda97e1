package io.tokensweep.cli;

import io.tokensweep.report.StatusText;
import io.tokensweep.store.ResultStore;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: how far the runs of a store are, from any terminal that sees it. */
@Command(
    name = "status",
    description =
        "Says which runs are finished, running, or left by a process that is gone, how far they are"
            + " and which trials failed. Changes nothing.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final long WATCH_SECONDS = 2;

  @Option(names = "--watch", description = "Say it again every 2 s until no run is at work.")
  private boolean watch;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() throws InterruptedException {
    ResultStore store = ResultStore.existing(options.results());
    StatusText status = StatusText.of(store);
    print(status);
    while (watch && status.isRunning()) {
      TimeUnit.SECONDS.sleep(WATCH_SECONDS);
      status = StatusText.of(store);
      print(status);
    }
    return ExitCode.DONE;
  }

  private void print(StatusText status) {
    System.out.println(options.json() ? status.json() : status.text());
  }
}
