package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tokensweep.report.Reports;
import io.tokensweep.report.TrialTable;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code report [RUN]}: the HTML report of a finished run. */
@Command(
    name = "report",
    description = "Writes the HTML report of a finished run and prints its table.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RUN",
      description = "Run id (default: the last run).")
  private Optional<String> runId;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    ResultStore store = ResultStore.existing(options.results());
    Manifest manifest = runId.map(store::manifest).orElseGet(store::lastManifest);
    List<TrialRow> trials = store.trialsWithReused(manifest);
    Path report = Reports.write(manifest, trials, options.results());
    if (options.json()) {
      System.err.println(TrialTable.text(trials));
      System.out.println(
          JsonNodeFactory.instance
              .objectNode()
              .put("run_id", manifest.runId())
              .put("report", report.toString()));
    } else {
      System.out.println(TrialTable.text(trials));
      System.out.println("report: " + report);
    }
    return ExitCode.DONE;
  }
}
