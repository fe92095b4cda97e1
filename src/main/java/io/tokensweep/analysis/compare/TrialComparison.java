package io.tokensweep.analysis.compare;

import io.tokensweep.store.TrialRow;
import java.util.List;
import java.util.Optional;

/**
 * One trial on two sides, on one class of machine.
 *
 * @param base newest row of that side
 * @param head likewise
 * @param machine product names and engine build
 * @param flips what became of the predictions; empty if accuracy was not measured on both sides
 * @param changes metric by metric
 */
public record TrialComparison(
    TrialRow base, TrialRow head, String machine, Optional<Flips> flips, List<Change> changes) {
  public TrialComparison {
    changes = List.copyOf(changes);
  }

  /**
   * @param images that both sides have
   * @param changed images whose first prediction differs
   * @param top1 images won and lost
   */
  public record Flips(long images, long changed, McNemar top1) {
    /** In percent. */
    public double rate() {
      return 100.0 * changed / images;
    }
  }

  /** Whether a metric that may make a regression is worse. */
  public boolean isWorse(Criteria criteria) {
    return changes.stream()
        .anyMatch(
            change ->
                change.verdict() == Verdict.WORSE
                    && criteria.regressions().contains(change.metric()));
  }
}
