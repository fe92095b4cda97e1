package io.tokensweep.store;

import io.tokensweep.store.TrialRow.Interval;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/** Wilson's score interval of an accuracy (Wilson 1927), without continuity correction. */
public final class Wilson {
  /** The confidence of every accuracy that is stored or printed. */
  public static final double CONFIDENCE = 0.95;

  private static final long MOST_IMAGES = 1L << 30;

  private Wilson() {}

  /**
   * Share of correct images in percent with its 95 % interval. Of no images at all nothing is
   * known: the value is NaN, the interval 0 to 100.
   *
   * @param correct between 0 and {@code images}
   * @param images at most 2^30
   * @throws IllegalArgumentException outside those bounds
   */
  public static Interval percent(long correct, long images) {
    if (correct < 0 || correct > images || images > MOST_IMAGES) {
      throw new IllegalArgumentException(
          "correct: %d of %d images; allowed 0 <= correct <= images <= %d"
              .formatted(correct, images, MOST_IMAGES));
    }
    if (images == 0) {
      return new Interval(Double.NaN, 0, 100);
    }
    ConfidenceInterval share =
        new WilsonScoreInterval().createInterval((int) images, (int) correct, CONFIDENCE);
    return new Interval(
        100.0 * correct / images,
        correct == 0 ? 0 : 100 * share.getLowerBound(),
        correct == images ? 100 : 100 * share.getUpperBound());
  }
}
