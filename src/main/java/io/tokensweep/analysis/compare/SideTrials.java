package io.tokensweep.analysis.compare;

import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the runs of a side hold of each trial, by machine class; nothing that is in quarantine. */
final class SideTrials {
  /**
   * @param machine product names and engine build
   */
  record TrialOnMachine(String trialId, String machine) {}

  /** A row and the run that measured it. */
  record Measured(TrialRow row, Manifest run) {
    boolean isOk() {
      return row.status() == TrialRow.Status.OK;
    }
  }

  private final Map<TrialOnMachine, List<Measured>> byTrial = new LinkedHashMap<>();

  private SideTrials() {}

  /** Rows of all runs of a side, reused ones once. */
  static SideTrials read(ResultStore store, Side side) {
    SideTrials trials = new SideTrials();
    Map<String, Manifest> holders = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (Manifest run : side.runs()) {
      for (TrialRow row : store.trialsWithReused(run)) {
        if (row.status() != TrialRow.Status.QUARANTINED
            && seen.add(row.runId() + "/" + row.trialId())) {
          Manifest holder =
              row.runId().equals(run.runId())
                  ? run
                  : holders.computeIfAbsent(row.runId(), store::manifest);
          trials
              .byTrial
              .computeIfAbsent(
                  new TrialOnMachine(row.trialId(), holder.provenance().machineClass()),
                  any -> new ArrayList<>())
              .add(new Measured(row, holder));
        }
      }
    }
    return trials;
  }

  Set<TrialOnMachine> keys() {
    return byTrial.keySet();
  }

  /** Oldest first; empty if there is none. */
  List<Measured> of(TrialOnMachine key) {
    return byTrial.getOrDefault(key, List.of());
  }

  /** Of rows of one trial, oldest first. */
  static Measured newest(List<Measured> rows) {
    return rows.get(rows.size() - 1);
  }

  /** The newest row of any machine class for each trial id. */
  Map<String, TrialRow> newest() {
    Map<String, TrialRow> newest = new LinkedHashMap<>();
    byTrial.forEach((key, rows) -> newest.put(key.trialId(), rows.get(rows.size() - 1).row()));
    return newest;
  }
}
