package io.tokensweep.store;

import java.util.List;

/**
 * How far a run is: {@code progress.json} in its work folder, written anew every few seconds and
 * gone when the run is published. It tells and decides nothing.
 *
 * @param sweep its name
 * @param stage {@code quality} or {@code throughput}
 * @param updated ISO 8601, UTC
 * @param trials to measure
 * @param units of both stages
 * @param images to evaluate and to time, each once for every trial
 * @param imagesPerSecond of this process
 * @param retries tasks that failed for a machine's sake and were done again
 * @param failed trials that failed so far
 */
public record RunProgress(
    String sweep,
    String stage,
    String updated,
    long trials,
    long units,
    long unitsDone,
    long images,
    long imagesDone,
    double imagesPerSecond,
    long retries,
    List<FailedTrial> failed) {
  public RunProgress {
    failed = List.copyOf(failed);
  }

  /** A trial and the first reason that a unit gave. */
  public record FailedTrial(String trialId, String error) {}

  /** Seconds to the end at this rate; 0 while there is no rate. */
  public double secondsLeft() {
    return imagesPerSecond > 0 ? (images - imagesDone) / imagesPerSecond : 0;
  }
}
