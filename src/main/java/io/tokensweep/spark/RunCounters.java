package io.tokensweep.spark;

import io.tokensweep.store.UnitCommit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What a run has done so far, for everyone who watches it. Thread-safe. */
final class RunCounters {
  /** Of the run of this process, where Spark's metrics find it. */
  private static volatile RunCounters current = new RunCounters(0, 0, 0);

  private final long trials;
  private final long units;
  private final long images;
  private final Map<String, String> failed = new TreeMap<>();
  private long unitsDone;
  private long imagesDone;
  private long imagesKept;
  private long retries;

  /**
   * @param trials to measure
   * @param units of quality and throughput
   * @param images to evaluate, each once for every trial
   */
  RunCounters(long trials, long units, long images) {
    this.trials = trials;
    this.units = units;
    this.images = images;
  }

  static RunCounters current() {
    return current;
  }

  /** Makes this what {@link #current} returns. */
  RunCounters begin() {
    current = this;
    return this;
  }

  /** A unit is committed. */
  synchronized void done(UnitCommit commit, long unitImages) {
    unitsDone++;
    imagesDone += unitImages;
    commit.quality().forEach(trial -> note(trial.trialId(), trial.error()));
    commit.throughput().forEach(trial -> note(trial.trialId(), trial.error()));
  }

  /** A unit was committed by an earlier process of the run: done, but no part of the rate. */
  synchronized void kept(UnitCommit commit, long unitImages) {
    imagesKept += unitImages;
    done(commit, unitImages);
  }

  private void note(String trialId, String error) {
    if (!error.isEmpty()) {
      failed.putIfAbsent(trialId, error);
    }
  }

  /** Tasks failed and are done again. */
  synchronized void retried(long tasks) {
    retries += tasks;
  }

  long trials() {
    return trials;
  }

  long units() {
    return units;
  }

  long images() {
    return images;
  }

  synchronized long unitsDone() {
    return unitsDone;
  }

  synchronized long imagesDone() {
    return imagesDone;
  }

  /** Of {@link #imagesDone} those of this process. */
  synchronized long imagesNow() {
    return imagesDone - imagesKept;
  }

  synchronized long retries() {
    return retries;
  }

  /** Reasons by trial. */
  synchronized Map<String, String> failed() {
    return Collections.unmodifiableMap(new TreeMap<>(failed));
  }
}
