package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.Patterns;
import io.tokensweep.report.PatternReport;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code patterns [TRIAL_A TRIAL_B]}: which patches trials keep and merge alike. */
@Command(
    name = "patterns",
    description =
        "Compares which patches trials keep (intersection over union) and which they put into one"
            + " token (adjusted mutual information): two trials at each of their common sites, or"
            + " all trials of a run after their last sites. The run must have been measured with"
            + " measure.quality.sources: true.",
    mixinStandardHelpOptions = true)
final class PatternsCommand implements Callable<Integer> {
  private static final String LATEST = "latest";

  @Parameters(
      arity = "0..2",
      paramLabel = "TRIAL",
      description = "Two trial ids, or beginnings of them (default: all trials of the run).")
  private List<String> trials = List.of();

  @Option(
      names = "--run",
      paramLabel = "ID|latest",
      defaultValue = LATEST,
      description = "Run id (default: the last run).")
  private String run;

  @Option(names = "--csv", paramLabel = "FILE", description = "Write the figures as CSV.")
  private Optional<Path> csv;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    if (trials.size() == 1) {
      throw new InvalidInputException("found one trial, allowed are two, or none for all");
    }
    ResultStore store = ResultStore.existing(options.results());
    Manifest manifest = run.equals(LATEST) ? store.lastManifest() : store.manifest(run);
    Patterns patterns =
        trials.isEmpty()
            ? Patterns.of(store, manifest)
            : Patterns.of(store, manifest, trials.get(0), trials.get(1));
    csv.ifPresent(file -> OutputFiles.write("--csv", file, PatternReport.csv(patterns)));
    String text =
        trials.isEmpty() ? PatternReport.matrixText(patterns) : PatternReport.pairText(patterns);
    if (options.json()) {
      System.err.print(text);
      System.out.println(PatternReport.json(manifest.runId(), patterns));
    } else {
      System.out.print(text);
    }
    return ExitCode.DONE;
  }
}
