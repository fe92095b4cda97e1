package io.tokensweep.spark;

import io.tokensweep.store.Manifest;
import io.tokensweep.store.TrialRow;
import java.util.List;

/**
 * A finished run.
 *
 * @param work what it took
 * @param trials rows of all trials of the sweep in its order, reused ones included
 */
public record RunSummary(Manifest manifest, Work work, List<TrialRow> trials) {
  public RunSummary {
    trials = List.copyOf(trials);
  }

  /**
   * What the images took in this run's quality units, those of an interrupted start included.
   *
   * @param decoded images that this process had to decode; all others were in the pixel cache or
   *     not needed
   * @param macs multiply-accumulates of all trials, each on its own
   * @param macsComputed those really computed, layers shared
   */
  public record Work(long decoded, double macs, double macsComputed) {
    static final Work NONE = new Work(0, 0, 0);

    public double macsSaved() {
      return macs - macsComputed;
    }
  }

  /** Trials with this status. */
  public long count(TrialRow.Status status) {
    return trials.stream().filter(trial -> trial.status() == status).count();
  }
}
