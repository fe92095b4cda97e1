package io.tokensweep.store;

/**
 * One trial in one block, over the images of one unit.
 *
 * @param images images that the means are over
 * @param attended tokens in the attention, specials included
 * @param forwarded tokens in the FFN
 * @param left tokens that leave the block
 * @param macs mean multiply-accumulates of the block
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
    double macs) {

  /** Mean and bounds over images. */
  public record Range(double mean, int least, int most) {}
}
