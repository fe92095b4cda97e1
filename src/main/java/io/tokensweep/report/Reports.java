package io.tokensweep.report;

import io.tokensweep.InvalidInputException;
import io.tokensweep.report.Provenance.Detail;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The report of a run. */
public final class Reports {
  private Reports() {}

  /**
   * Everything that the report of a run shows.
   *
   * @param trials all trials of the sweep, reused ones included
   * @param view figure or table of a paper that it shows; empty for the one of the sweep's name, if
   *     it has one
   * @param pixels folder of the pixel cache, for token maps
   */
  public static ReportData data(
      ResultStore store,
      Manifest manifest,
      List<TrialRow> trials,
      Optional<PaperView> view,
      Path pixels) {
    Evidence evidence = Evidence.of(store, manifest, trials);
    return new ReportData(
        manifest.sweep(),
        trials,
        provenance(manifest),
        decisions(store, manifest, trials),
        evidence,
        ReportParts.of(store, manifest, trials, evidence, view, pixels));
  }

  /**
   * What people decided about the results: sessions that are in no figure, and changes that were
   * accepted at the commit. Whole trials in quarantine say so themselves.
   */
  private static List<String> decisions(
      ResultStore store, Manifest manifest, List<TrialRow> trials) {
    Set<String> runs = trials.stream().map(TrialRow::runId).collect(Collectors.toSet());
    Set<String> ids = trials.stream().map(TrialRow::trialId).collect(Collectors.toSet());
    return Stream.concat(
            store.quarantine().active().stream()
                .filter(entry -> !entry.sessions().isEmpty() && runs.contains(entry.runId()))
                .map(
                    entry ->
                        "Timings are in quarantine and in no figure: %s. %s"
                            .formatted(entry.target(), entry.signed())),
            store.acceptances().all().stream()
                .filter(each -> each.commit().equals(manifest.provenance().gitCommit()))
                .filter(each -> ids.contains(each.trialId()))
                .map(
                    each ->
                        "A change for the worse was accepted at this commit: %s of trial %s. %s"
                            .formatted(each.metric(), each.trialId(), each.signed())))
        .toList();
  }

  /**
   * Writes {@code reports/<run_id>.html} below the results folder.
   *
   * @return the file
   */
  public static Path write(ReportData data, Manifest manifest, Path results) {
    Path file = results.resolve("reports").resolve(manifest.runId() + ".html");
    try {
      HtmlReport.write(data, file);
      return file;
    } catch (IOException e) {
      throw new InvalidInputException(
          "report %s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Provenance provenance(Manifest manifest) {
    io.tokensweep.store.Provenance from = manifest.provenance();
    return new Provenance(
        manifest.data(),
        Instant.parse(manifest.started()),
        Optional.of(from.gitCommit()).filter(commit -> !commit.equals("unknown")),
        from.gitDirty(),
        List.of(
            new Detail("run", manifest.runId()),
            new Detail("branch", from.gitBranch()),
            new Detail("commit time", from.gitCommitTime()),
            new Detail("code version", from.codeVersion()),
            new Detail("TokenSweep", from.version()),
            new Detail("machine class", from.machineClass()),
            new Detail("engine", from.engine()),
            new Detail("Java", from.java()),
            new Detail("Spark", from.spark() + " on " + from.master()),
            new Detail(
                "task slots",
                "%d, engine threads %d".formatted(from.slots(), from.threadsPerSlot())),
            new Detail("images", String.valueOf(manifest.imageCount())),
            new Detail("trials measured in this run", String.valueOf(manifest.measured().size())),
            new Detail("trials reused from earlier runs", String.valueOf(manifest.reused().size())),
            new Detail("seconds", String.valueOf(manifest.seconds())),
            new Detail("overrides", String.join(" ", from.overrides())),
            new Detail("sweep file (SHA-256 %s)".formatted(from.sweepSha256()), from.sweepText())));
  }
}
