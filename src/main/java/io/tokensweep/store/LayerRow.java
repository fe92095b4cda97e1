package io.tokensweep.store;

import java.util.Optional;

/**
 * One trial in one block, over the images of one unit.
 *
 * @param images images that the means are over
 * @param attended tokens in the attention, specials included
 * @param forwarded tokens in the FFN
 * @param left tokens that leave the block
 * @param work what was computed
 * @param significance unbiased variance of the significance scores; empty where the attention was
 *     not computed as a whole
 * @param policies JSON object of the share of images that took each policy; empty where the
 *     reduction has no choice
 * @param diversity empty where nothing changes the tokens
 */
public record LayerRow(
    String runId,
    String trialId,
    String unitId,
    int block,
    int images,
    Range attended,
    Range forwarded,
    Range left,
    Work work,
    Optional<Spread> significance,
    Optional<String> policies,
    Optional<Change> diversity) {

  /** Mean and bounds over images. */
  public record Range(double mean, int least, int most) {}

  /**
   * Means over images.
   *
   * @param macs multiply-accumulates of the block
   * @param rows tokens whose row of the attention matrix was computed
   * @param heads attention heads that ran
   * @param macsOverhead multiply-accumulates of the reductions themselves, not in {@code macs}
   */
  public record Work(double macs, double rows, double heads, double macsOverhead) {}

  /** Mean and percentiles over images. */
  public record Spread(double mean, double p10, double p50, double p90) {}

  /** r(Z) around the reductions of the block, means over images. */
  public record Change(
      double medoidBefore, double medianBefore, double medoidAfter, double medianAfter) {}
}
