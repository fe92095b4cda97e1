package io.tokensweep.store;

/**
 * One timed forward pass.
 *
 * @param round rank of the round; all trials of the unit are timed once in each
 * @param position rank of the trial inside the round
 * @param batchSize images in the batch
 * @param threads engine threads
 * @param seconds wall time up to the logits in Java memory
 */
public record TimingRow(
    String runId,
    String trialId,
    String unitId,
    int round,
    int position,
    int batchSize,
    int threads,
    double seconds) {

  public double imagesPerSecond() {
    return batchSize / seconds;
  }
}
