package io.tokensweep.cli;

import io.tokensweep.report.QuarantineText;
import io.tokensweep.store.Quarantine;
import io.tokensweep.store.ResultStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quarantine add}: no analysis uses these results any more. */
@Command(
    name = "add",
    description =
        "Puts results of a run into quarantine: all of it, some trials, or some sessions of timing.",
    mixinStandardHelpOptions = true)
final class QuarantineAddCommand implements Callable<Integer> {
  @Option(names = "--run", paramLabel = "RUN", required = true, description = "Run id.")
  private String run;

  @Option(
      names = "--trial",
      paramLabel = "ID",
      description = "Only this trial of the run; may be repeated.")
  private List<String> trials = List.of();

  @Option(
      names = "--session",
      paramLabel = "N",
      description = "Only what was timed in this session, from 0; may be repeated.")
  private List<Integer> sessions = List.of();

  @Mixin private SignatureOptions signature;
  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    Quarantine.Entry entry =
        ResultStore.existing(options.results())
            .quarantine(run, trials, sessions, signature.reason(), signature.author());
    System.out.println(options.json() ? QuarantineText.json(entry) : QuarantineText.text(entry));
    return ExitCode.DONE;
  }
}
