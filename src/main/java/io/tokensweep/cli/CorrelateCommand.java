package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.report.Correlations;
import io.tokensweep.report.Correlations.Metric;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code correlate [RUN]}: do trials that are higher in one metric have more of another? */
@Command(
    name = "correlate",
    description =
        "Spearman's rank correlation over the trials of a run between two metrics, with a 95 %%"
            + " interval from a bootstrap over images.",
    mixinStandardHelpOptions = true)
final class CorrelateCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RUN",
      description = "Run id (default: the last run).")
  private Optional<String> runId;

  @Option(
      names = "--x",
      paramLabel = "METRIC",
      defaultValue = "diversity_medoid",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Metric x;

  @Option(
      names = "--y",
      paramLabel = "METRIC",
      defaultValue = "top1",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Metric y;

  @Option(
      names = "--replicates",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Bootstrap replicates, 100 to 100000 (default: ${DEFAULT-VALUE}).")
  private int replicates;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    if (replicates < 100 || replicates > 100_000) {
      throw new io.tokensweep.InvalidInputException(
          "--replicates: found %d, allowed are 100 to 100000".formatted(replicates));
    }
    ResultStore store = ResultStore.existing(options.results());
    Manifest manifest = runId.map(store::manifest).orElseGet(store::lastManifest);
    List<Correlations.Line> lines = Correlations.of(store, manifest, x, y, replicates);
    if (options.json()) {
      System.out.println(json(manifest, lines));
    } else {
      System.out.print(Correlations.text(lines, x, y));
    }
    return lines.isEmpty() ? ExitCode.NOTHING_MEASURED : ExitCode.DONE;
  }

  private ObjectNode json(Manifest manifest, List<Correlations.Line> lines) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("run_id", manifest.runId()).put("x", x.toString()).put("y", y.toString());
    var array = json.putArray("correlations");
    for (Correlations.Line line : lines) {
      ObjectNode item = array.addObject().put("data", line.data());
      line.keepRate().ifPresent(rate -> item.put("keep_rate", rate));
      item.put("trials", line.trials()).put("images", line.images());
      if (line.isDefined()) {
        item.put("rho", line.correlation().rho())
            .put("low", line.correlation().low())
            .put("high", line.correlation().high());
      }
    }
    return json;
  }
}
