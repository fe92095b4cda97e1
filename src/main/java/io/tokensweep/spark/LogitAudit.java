package io.tokensweep.spark;

import io.tokensweep.eval.Classification;
import io.tokensweep.sweep.Precision;

/**
 * Compares the logits of timed forward passes of a trial with those that the shared evaluation has
 * for the same batch. Both do the same arithmetic in the same order, so they are equal bit for bit
 * unless the engine chooses other kernels for one of them; the tolerance is for that.
 */
final class LogitAudit {
  private final int classes;
  private final double tolerance;
  private float[] first = {};
  private Differences spread = new Differences(0, 0, 0);

  LogitAudit(int classes, Precision precision) {
    this.classes = classes;
    this.tolerance = tolerance(precision);
  }

  /**
   * Rounding of sums in another order, by which logits may differ: in parts of the spread of the
   * image's logits, the largest less the smallest.
   */
  static double tolerance(Precision precision) {
    return switch (precision) {
      case FP32 -> 1e-4; // some thousand units in the last place
      case FP16 -> 1e-2; // ten
      case BF16 -> 5e-2; // six
    };
  }

  /**
   * @param difference largest of a logit, of images whose logits are numbers
   * @param problem why these are not the same forward pass; empty if they are
   */
  record Finding(double difference, String problem) {}

  /** Takes the logits of a timed pass; those of all passes have to be the same. */
  void add(float[] logits) {
    if (first.length == 0) {
      first = logits;
    } else {
      spread = spread.or(differences(logits, first));
    }
  }

  /**
   * @param evaluated logits of the shared evaluation
   */
  Finding compare(float[] evaluated) {
    if (first.length != evaluated.length) {
      return new Finding(
          0,
          "the timed forward pass has %d logits, the evaluation %d"
              .formatted(first.length, evaluated.length));
    }
    int images = evaluated.length / classes;
    Differences found = differences(first, evaluated);
    Differences all = found.or(spread);
    if (all.notFinite() > 0) {
      return new Finding(
          all.largest(),
          "logits of %d of %d timed images are not finite".formatted(all.notFinite(), images));
    }
    if (found.images() > 0) {
      return new Finding(
          all.largest(),
          "timed logits of %d of %d images differ from the evaluation's, by up to %.2g"
              .formatted(found.images(), images, found.largest()));
    }
    return new Finding(
        all.largest(),
        spread.images() > 0
            ? "logits differ between timed passes, by up to %.2g".formatted(spread.largest())
            : "");
  }

  /**
   * @param images that differ by more than the tolerance
   * @param notFinite images with a logit that is no number, on one side or both
   * @param largest difference of a logit of the others
   */
  private record Differences(int images, int notFinite, double largest) {
    /** The larger ones. */
    Differences or(Differences other) {
      return new Differences(
          Math.max(images, other.images),
          Math.max(notFinite, other.notFinite),
          Math.max(largest, other.largest));
    }
  }

  private Differences differences(float[] logits, float[] others) {
    int images = 0;
    int notFinite = 0;
    double largest = 0;
    for (int from = 0; from < logits.length; from += classes) {
      if (Classification.isFinite(logits, from, classes)
          && Classification.isFinite(others, from, classes)) {
        double difference = 0;
        for (int i = from; i < from + classes; i++) {
          difference = Math.max(difference, Math.abs((double) logits[i] - others[i]));
        }
        largest = Math.max(largest, difference);
        images += difference > tolerance * scale(others, from, from + classes) ? 1 : 0;
      } else {
        notFinite++;
      }
    }
    return new Differences(images, notFinite, largest);
  }

  private static double scale(float[] logits, int from, int to) {
    double least = logits[from];
    double most = logits[from];
    for (int i = from; i < to; i++) {
      least = Math.min(least, logits[i]);
      most = Math.max(most, logits[i]);
    }
    return most - least;
  }
}
