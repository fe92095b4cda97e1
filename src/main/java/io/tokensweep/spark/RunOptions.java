package io.tokensweep.spark;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How to run a sweep.
 *
 * @param results folder of the store
 * @param cache folder of decoded pixels
 * @param limit at most this many images
 * @param fresh measure again what was measured before
 * @param onBadImage what an image that cannot be decoded means
 * @param trials ids of those to measure; none for all of the sweep
 */
public record RunOptions(
    Path results,
    Path cache,
    OptionalInt limit,
    boolean fresh,
    OnBadImage onBadImage,
    Set<String> trials) {
  public RunOptions {
    trials = Set.copyOf(trials);
  }

  /** All trials of the sweep. */
  public RunOptions(
      Path results, Path cache, OptionalInt limit, boolean fresh, OnBadImage onBadImage) {
    this(results, cache, limit, fresh, onBadImage, Set.of());
  }

  /** What to do about images that cannot be decoded. */
  public enum OnBadImage {
    /** Stop before any model runs. */
    STOP,
    /** Record them in the images table and evaluate the others. */
    RECORD
  }
}
