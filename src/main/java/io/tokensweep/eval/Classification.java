package io.tokensweep.eval;

/** What a row of logits says about one image. */
public final class Classification {
  private Classification() {}

  /**
   * The most likely classes, best first; equal logits by ascending class.
   *
   * @param logits row-major (B, classes)
   * @param offset of the image's first logit
   */
  public static int[] top(float[] logits, int offset, int classes, int count) {
    int[] best = new int[Math.min(count, classes)];
    int filled = 0;
    for (int c = 0; c < classes; c++) {
      int rank = filled;
      while (rank > 0 && logits[offset + c] > logits[offset + best[rank - 1]]) {
        rank--;
      }
      if (rank < best.length) {
        filled = Math.min(filled + 1, best.length);
        System.arraycopy(best, rank, best, rank + 1, filled - rank - 1);
        best[rank] = c;
      }
    }
    return best;
  }

  /** Cross-entropy −log softmax(logits)[label] in nats. */
  public static double crossEntropy(float[] logits, int offset, int classes, int label) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      largest = Math.max(largest, logits[offset + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[offset + c] - largest);
    }
    return largest + Math.log(sum) - logits[offset + label];
  }

  /** Whether every logit of the image is a number. */
  public static boolean isFinite(float[] logits, int offset, int classes) {
    for (int c = 0; c < classes; c++) {
      if (!Float.isFinite(logits[offset + c])) {
        return false;
      }
    }
    return true;
  }
}
