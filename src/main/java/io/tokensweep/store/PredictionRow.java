package io.tokensweep.store;

/**
 * One trial on one image.
 *
 * @param classes the most likely classes, best first, at most five
 * @param logits their logits
 * @param loss cross-entropy in nats
 * @param macs multiply-accumulates spent on this image
 * @param tokens tokens that left the last block, specials included
 */
@SuppressWarnings("ArrayRecordComponent") // written once and forgotten
public record PredictionRow(
    String runId,
    String trialId,
    String image,
    int label,
    int[] classes,
    float[] logits,
    double loss,
    long macs,
    int tokens,
    double diversityMedoid,
    double diversityMedian) {

  public boolean correct1() {
    return classes[0] == label;
  }

  public boolean correct5() {
    for (int predicted : classes) {
      if (predicted == label) {
        return true;
      }
    }
    return false;
  }
}
