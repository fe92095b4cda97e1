package io.tokensweep.analysis;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.List;

/**
 * What became of the front of accuracy against MACs between two sides, of the trials that both
 * have.
 *
 * @param precision number type of the trials
 * @param trials how many
 * @param images that all were evaluated on, on both sides
 * @param joined trials on the head's front that were not on the base's, by MACs
 * @param left trials on the base's front that are not on the head's, by MACs
 * @param stayed how many are on both
 * @param base hypervolume as of {@link Front}, 0 to 1, with a 95 % interval
 * @param head likewise
 * @param change head less base, paired by image, with a 95 % interval
 */
public record FrontChange(
    String precision,
    int trials,
    int images,
    List<Moved> joined,
    List<Moved> left,
    int stayed,
    Interval base,
    Interval head,
    Interval change) {
  public FrontChange {
    joined = List.copyOf(joined);
    left = List.copyOf(left);
  }

  /**
   * @param trial of the head
   * @param before probability of being on the base's front
   * @param after likewise of the head's
   */
  public record Moved(TrialRow trial, double before, double after) {}
}
