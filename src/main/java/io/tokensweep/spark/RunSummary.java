package io.tokensweep.spark;

import io.tokensweep.store.Manifest;
import io.tokensweep.store.TrialRow;
import java.util.List;

/**
 * A finished run.
 *
 * @param decoded images that this process had to decode; all others were in the pixel cache or not
 *     needed
 * @param trials rows of all trials of the sweep in its order, reused ones included
 */
public record RunSummary(Manifest manifest, long decoded, List<TrialRow> trials) {
  public RunSummary {
    trials = List.copyOf(trials);
  }

  /** Trials with this status. */
  public long count(TrialRow.Status status) {
    return trials.stream().filter(trial -> trial.status() == status).count();
  }
}
