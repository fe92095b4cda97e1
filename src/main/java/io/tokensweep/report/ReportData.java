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
 */
public record ReportData(
    String title, List<TrialRow> trials, Provenance provenance, List<String> warnings) {
  public ReportData {
    trials = List.copyOf(trials);
    warnings = List.copyOf(warnings);
  }
}
