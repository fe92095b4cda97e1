package io.tokensweep.report;

import io.tokensweep.report.ReportData.Part;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a report shows beside its trials: a view of a paper and token maps. */
public final class ReportParts {
  /** Keeps the page small: a map takes about 1 KB, a photograph about 15 KB. */
  private static final MapChoice MAPS = MapChoice.some(24, 3);

  private ReportParts() {}

  /**
   * The parts of a run: the view of its sweep's name if there is one, and token maps if it recorded
   * where patches went.
   *
   * @param trials all trials of the sweep, reused ones included
   * @param evidence of the trials
   * @param view shown instead of the one of the sweep's name
   * @param pixels folder of the pixel cache; there are no maps of images that it has not
   */
  static List<Part> of(
      ResultStore store,
      Manifest manifest,
      List<TrialRow> trials,
      Evidence evidence,
      Optional<PaperView> view,
      Path pixels) {
    List<Part> parts = new ArrayList<>();
    view.or(() -> PaperView.find(manifest.sweep()))
        .ifPresent(
            known ->
                parts.add(
                    new Part(
                        PaperSection.html(PaperTable.of(known, Section.of(trials)), evidence),
                        resource("paper.css"))));
    TokenMaps maps = new StoredMaps(store, manifest, trials, pixels).findIfAny(MAPS);
    if (!maps.pictures().isEmpty()) {
      parts.add(new Part(TokenMapSection.html(maps), resource("maps.css")));
    }
    return parts;
  }

  /**
   * The view of a run as text for a terminal.
   *
   * @param trials all trials of the sweep, reused ones included
   * @param view shown instead of the one of the sweep's name
   * @return empty if the sweep is none of a paper's
   */
  public static Optional<String> text(
      Manifest manifest, List<TrialRow> trials, Optional<PaperView> view) {
    return view.or(() -> PaperView.find(manifest.sweep()))
        .map(known -> PaperSection.text(PaperTable.of(known, Section.of(trials))));
  }

  private static String resource(String name) {
    try (InputStream stream = ReportParts.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing from the classpath");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
