package io.tokensweep.analysis.compare;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.List;
import java.util.Optional;

/**
 * One trial on two sides, on one class of machine.
 *
 * @param base newest row of that side
 * @param head likewise
 * @param machine product names and engine build
 * @param flips what became of the predictions; empty if accuracy was not measured on both sides
 * @param tokens where other numbers of tokens begin; empty if all are equal, or if accuracy was not
 *     measured alike
 * @param changes metric by metric
 */
public record TrialComparison(
    TrialRow base,
    TrialRow head,
    String machine,
    Optional<Flips> flips,
    Optional<TokenChange> tokens,
    List<Change> changes) {
  public TrialComparison {
    changes = List.copyOf(changes);
  }

  /**
   * @param images that both sides have
   * @param changed images whose first prediction differs
   * @param rate these in percent, with the interval of the bootstrap over images
   * @param top1 images won and lost
   */
  public record Flips(long images, long changed, Interval rate, McNemar top1) {
    static Flips none(long images) {
      return new Flips(images, 0, new Interval(0, 0, 0), new McNemar(0, 0));
    }
  }

  /**
   * The first block that other numbers of tokens leave.
   *
   * @param block from 0
   * @param base mean over images, specials included
   * @param head likewise
   */
  public record TokenChange(int block, double base, double head) {}

  /** Whether a metric that may make a regression is worse. */
  public boolean isWorse(Criteria criteria) {
    return changes.stream()
        .anyMatch(
            change ->
                change.verdict() == Verdict.WORSE
                    && criteria.regressions().contains(change.metric()));
  }
}
