package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.report.PaperView;
import io.tokensweep.report.ReportData;
import io.tokensweep.report.ReportFiles;
import io.tokensweep.report.ReportParts;
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
import picocli.CommandLine.Option;
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

  @Option(
      names = "--figures",
      paramLabel = "DIR",
      description =
          "Also write every figure as PNG, SVG and CSV, and the table as CSV, Markdown, LaTeX and in"
              + " the columns of timm.")
  private Optional<Path> figures;

  @Option(
      names = "--view",
      paramLabel = "NAME",
      description =
          "Show a figure or table of a paper beside the run, such as bat-table-3 (default: the one of"
              + " the sweep's name, if there is one).")
  private Optional<String> view;

  @Mixin private StoreOptions options;

  @Mixin private CacheOption cache;

  @Override
  public Integer call() {
    ResultStore store = ResultStore.existing(options.results());
    Manifest manifest = runId.map(store::manifest).orElseGet(store::lastManifest);
    List<TrialRow> trials = store.trialsWithReused(manifest);
    Optional<PaperView> paper = view.map(PaperView::named);
    ReportData data = Reports.data(store, manifest, trials, paper, cache.in(options.results()));
    Path report = Reports.write(data, manifest, options.results());
    List<Path> files = figures.map(folder -> ReportFiles.write(data, folder)).orElse(List.of());
    if (options.json()) {
      System.err.println(TrialTable.text(trials));
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("run_id", manifest.runId()).put("report", report.toString());
      files.forEach(file -> json.withArray("figures").add(file.toString()));
      System.out.println(json);
    } else {
      System.out.println(TrialTable.text(trials));
      ReportParts.text(manifest, trials, paper).ifPresent(System.out::println);
      System.out.println("report: " + report);
      figures.ifPresent(
          folder -> System.out.printf("figures: %d files in %s%n", files.size(), folder));
    }
    return ExitCode.DONE;
  }
}
