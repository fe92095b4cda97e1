package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.report.ReportParts;
import io.tokensweep.report.Reports;
import io.tokensweep.report.TrialTable;
import io.tokensweep.spark.RunOptions;
import io.tokensweep.spark.RunOptions.OnBadImage;
import io.tokensweep.spark.RunSummary;
import io.tokensweep.spark.SweepRun;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow.Status;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code run SWEEP}: measures and reports. */
@Command(
    name = "run",
    description =
        "Runs a sweep: measures what is not measured yet, prints a table, writes a report.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private SweepOptions options;
  @Mixin private CacheOption cache;

  @Option(
      names = "--on-bad-image",
      paramLabel = "stop|record",
      defaultValue = "stop",
      description =
          "An image that cannot be decoded stops the sweep before it starts, or is recorded and left"
              + " out (default: ${DEFAULT-VALUE}).")
  private OnBadImage onBadImage;

  @Option(
      names = "--trial",
      paramLabel = "ID",
      description = "Only this trial of the sweep; may be repeated.")
  private Set<String> trials = Set.of();

  @Override
  public Integer call() {
    RunSummary summary =
        new SweepRun(
                options.sweep(),
                new RunOptions(
                    options.results(),
                    cache.in(options.results()),
                    options.limit(),
                    options.fresh(),
                    onBadImage,
                    trials),
                System.err,
                Boolean.getBoolean("tokensweep.terminal"))
            .run();
    ResultStore store = ResultStore.existing(options.results());
    Path report =
        Reports.write(
            Reports.data(
                store,
                summary.manifest(),
                summary.trials(),
                Optional.empty(),
                cache.in(options.results())),
            summary.manifest(),
            options.results());
    if (options.json()) {
      System.err.println(TrialTable.text(summary.trials()));
      System.out.println(json(summary, report));
    } else {
      System.out.println(TrialTable.text(summary.trials()));
      ReportParts.text(summary.manifest(), summary.trials(), Optional.empty())
          .ifPresent(System.out::println);
      if (summary.work().macs() > 0) {
        System.out.println(shared(summary.work()));
      }
      System.out.println("report: " + report);
    }
    if (summary.count(Status.OK) == 0) {
      return ExitCode.NOTHING_MEASURED;
    }
    return summary.count(Status.OK) == summary.trials().size()
        ? ExitCode.DONE
        : ExitCode.FAILED_TRIALS;
  }

  private static String shared(RunSummary.Work work) {
    return String.format(
        Locale.ROOT,
        "quality: %d images decoded, %.1f of %.1f TMACs computed (%.0f %% saved by sharing layers)",
        work.decoded(),
        work.macsComputed() / 1e12,
        work.macs() / 1e12,
        100 * work.macsSaved() / work.macs());
  }

  private static ObjectNode json(RunSummary summary, Path report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("run_id", summary.manifest().runId());
    json.put("sweep", summary.manifest().sweep());
    json.put("trials", summary.trials().size());
    json.put("ok", summary.count(Status.OK));
    json.put("failed", summary.count(Status.FAILED));
    json.put("invalid", summary.count(Status.INVALID));
    json.put("reused", summary.manifest().reused().size());
    json.put("images", summary.manifest().imageCount());
    json.put("decoded", summary.work().decoded());
    json.put("macs", Math.round(summary.work().macs()));
    json.put("macs_saved", Math.round(summary.work().macsSaved()));
    json.put("seconds", summary.manifest().seconds());
    json.put("report", report.toString());
    return json;
  }
}
