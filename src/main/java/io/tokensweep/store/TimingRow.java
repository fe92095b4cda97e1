package io.tokensweep.store;

/**
 * One timed forward pass.
 *
 * @param turn when it ran
 * @param batchSize images in the batch
 * @param threads engine threads
 * @param seconds wall time up to the logits in Java memory
 */
public record TimingRow(
    String runId,
    String trialId,
    String unitId,
    Turn turn,
    int batchSize,
    int threads,
    double seconds) {

  /**
   * A place in the order of a session.
   *
   * @param session rank of the session
   * @param round rank of the round; all trials of the unit are timed once in each
   * @param position rank of the trial inside the round
   * @param baseline whether the trial is the unreduced network that the others are compared with
   */
  public record Turn(int session, int round, int position, boolean baseline) {}

  public double imagesPerSecond() {
    return batchSize / seconds;
  }
}
