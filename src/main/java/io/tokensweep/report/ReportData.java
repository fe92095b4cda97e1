package io.tokensweep.report;

import io.tokensweep.store.TrialRow;
import java.util.List;

/**
 * Everything that a report shows. Strings may hold anything; they are shown as text.
 *
 * @param title name of the sweep
 * @param trials in the order of the table, whatever their status
 * @param provenance where the figures come from
 * @param warnings one line each, shown above those that the trials themselves give rise to
 * @param evidence of predictions, timings and layers
 * @param parts shown below the trials
 */
public record ReportData(
    String title,
    List<TrialRow> trials,
    Provenance provenance,
    List<String> warnings,
    Evidence evidence,
    List<Part> parts) {
  /**
   * A part of the page that others make, such as token maps.
   *
   * @param html well-formed; every string from outside in it went through {@link Text#html}
   * @param style rules for it
   */
  public record Part(String html, String style) {}

  public ReportData {
    trials = List.copyOf(trials);
    warnings = List.copyOf(warnings);
    parts = List.copyOf(parts);
  }

  /** A report on nothing but rows of trials. */
  public ReportData(
      String title, List<TrialRow> trials, Provenance provenance, List<String> warnings) {
    this(title, trials, provenance, warnings, Evidence.NONE, List.of());
  }
}
