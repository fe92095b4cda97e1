package io.tokensweep.analysis.compare;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How many sessions on each side would decide. The rank-sum test needs as many as the t test for
 * means, with Guenther's term for an estimated spread (1981), divided by its efficiency relative to
 * that, 3/π for normal values (Lehmann 1975); and never fewer than let a p value be small enough.
 */
final class SessionPlan {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);
  private static final double EFFICIENCY = 3 / Math.PI;
  private static final int MOST = 10_000;

  private final Criteria criteria;
  private final double level;

  /**
   * @param tests that the adjustment counts
   */
  SessionPlan(Criteria criteria, int tests) {
    this.criteria = criteria;
    this.level = criteria.alpha() / Math.max(1, tests);
  }

  /**
   * @param effect as estimated, in the unit of a change
   * @param deviation of a session, in the same unit; NaN if there are too few to tell
   * @return at most 10,000, which stands for a difference that is exactly on the edge
   */
  int needed(Metric metric, double effect, double deviation) {
    double minimum = criteria.minimumEffect(metric);
    double margin = criteria.sameWithin(metric);
    double spread = Double.isNaN(deviation) ? margin : deviation;
    double size = Math.abs(effect);
    int toDiffer = size >= minimum && size > 0 ? sessions(level / 2, spread, size) : MOST;
    int toBeSame = size < margin ? sessions(criteria.alpha(), spread, margin - size) : MOST;
    return Math.min(
        Math.max(toDiffer, attainable(level)),
        Math.max(toBeSame, attainable(2 * criteria.alpha())));
  }

  private int sessions(double tail, double spread, double distance) {
    double z = NORMAL.inverseCumulativeProbability(1 - tail);
    double both = z + NORMAL.inverseCumulativeProbability(criteria.power());
    double forMeans = 2 * Math.pow(both * spread / distance, 2) + z * z / 4;
    return (int) Math.min(MOST, Math.ceil(forMeans / EFFICIENCY));
  }

  /** The fewest with which the test can reject at this level. */
  private static int attainable(double level) {
    int sessions = 2;
    while (RankSum.smallest(sessions, sessions) > level) {
      sessions++;
    }
    return sessions;
  }
}
