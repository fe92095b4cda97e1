package io.tokensweep.report;

import io.tokensweep.analysis.history.History;
import io.tokensweep.analysis.history.Series;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Configuration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Names the trials of a history by what they differ in, with the machine if there are several. */
final class HistoryNames {
  private static final int HASH = 9;

  private final Map<String, String> names = new HashMap<>();
  private final List<String> machines;

  HistoryNames(History history) {
    List<TrialRow> rows = new ArrayList<>();
    new TreeMap<>(history.trials()).forEach((id, of) -> rows.add(row(id, of)));
    Names byDifference = new Names(rows);
    boolean severalData =
        rows.stream().map(row -> row.configuration().data()).distinct().count() > 1;
    for (TrialRow row : rows) {
      names.put(
          row.trialId(),
          byDifference.trial(row)
              + (severalData ? ", data " + Text.shortened(row.configuration().data(), HASH) : ""));
    }
    machines = history.series().stream().map(Series::machine).distinct().sorted().toList();
  }

  private static TrialRow row(String id, Configuration configuration) {
    return new TrialRow(
        "",
        id,
        configuration,
        TrialRow.Status.OK,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  String of(Series series) {
    return of(series.trialId(), series.machine());
  }

  String of(String trialId, String machine) {
    return names.get(trialId)
        + (machines.size() > 1 ? " on machine class " + (1 + machines.indexOf(machine)) : "");
  }

  /** In the order of their numbers. */
  List<String> machines() {
    return machines;
  }
}
