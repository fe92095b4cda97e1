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
   * @param repeats timed forward passes
   * @param warmup forward passes ahead of them that are not timed
   */
  public record Throughput(int batchSize, int repeats, int warmup) implements Serializable {}
}
