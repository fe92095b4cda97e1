package io.tokensweep.analysis;

/** Natural logarithms of factorials. */
final class LogFactorials {
  private final double[] values;

  /**
   * @param most the largest n that is asked for
   */
  LogFactorials(int most) {
    values = new double[most + 1];
    for (int n = 2; n <= most; n++) {
      values[n] = values[n - 1] + Math.log(n);
    }
  }

  double of(int n) {
    return values[n];
  }

  /**
   * Probability that two random sets share {@code common} elements (hypergeometric distribution).
   *
   * @param all elements to draw from
   */
  double overlap(int all, int first, int second, int common) {
    return Math.exp(
        of(first)
            + of(second)
            + of(all - first)
            + of(all - second)
            - of(all)
            - of(common)
            - of(first - common)
            - of(second - common)
            - of(all - first - second + common));
  }
}
