package io.tokensweep.analysis.compare;

import java.util.Locale;
import org.apache.commons.math3.distribution.BetaDistribution;

/** How many of some comparisons came out in a way. */
record Share(int hits, int of) {
  double percent() {
    return 100.0 * hits / of;
  }

  /** 95 %, if the comparisons are independent (Clopper and Pearson 1934). */
  @Override
  public String toString() {
    double low =
        hits == 0
            ? 0
            : new BetaDistribution(null, hits, of - hits + 1).inverseCumulativeProbability(0.025);
    double high =
        hits == of
            ? 1
            : new BetaDistribution(null, hits + 1, of - hits).inverseCumulativeProbability(0.975);
    return String.format(Locale.ROOT, "%.1f %% (%.1f–%.1f)", percent(), 100 * low, 100 * high);
  }
}
