package io.tokensweep.sweep;

import java.io.Serializable;
import java.util.Optional;

/**
 * What a sweep measures; at least one of both.
 *
 * @param quality everything deterministic per image
 * @param throughput everything timed
 */
public record Measure(Optional<Quality> quality, Optional<Throughput> throughput) {
  public Measure {
    if (quality.isEmpty() && throughput.isEmpty()) {
      throw new IllegalArgumentException("nothing to measure");
    }
  }

  /**
   * @param batchSize images per forward pass
   * @param sources whether to record where each patch of each image goes
   */
  public record Quality(int batchSize, boolean sources) implements Serializable {}

  /**
   * @param batchSize images per timed forward pass
   * @param repeats timed forward passes of a session
   * @param warmup least forward passes ahead of them that do not count
   * @param warmupLimit most of them, where times do not become stable before
   * @param latencyRepeats timed forward passes of one image; 0 for none
   * @param sessions processes in which all this is repeated; 1 is the process of the run itself
   */
  public record Throughput(
      int batchSize, int repeats, int warmup, int warmupLimit, int latencyRepeats, int sessions)
      implements Serializable {
    public Throughput {
      if (batchSize < 1 || repeats < 1 || sessions < 1) {
        throw new IllegalArgumentException("batch size, repeats and sessions are at least 1");
      }
      if (warmup < 0 || warmupLimit < warmup || latencyRepeats < 0) {
        throw new IllegalArgumentException("warm-up is at least 0 and at most its limit");
      }
    }
  }
}
