package io.tokensweep.reduction;

/**
 * How the tokens of one image are split at a site (methods.md, 3.2): K attentive tokens, of which m
 * pairs are merged, and c clusters of the others, K - m + c going on.
 *
 * @param attentive K
 * @param clusters c
 * @param pairs m
 */
record Budget(int attentive, int clusters, int pairs) {

  /** The rows of BAT's Table 3, and no decoupling at all. */
  enum Split {
    /** Inattentive tokens are dropped. */
    PRESERVE,
    /** Inattentive tokens become one. */
    PACK,
    /** Inattentive tokens become clusters. */
    CLUSTER,
    /** Inattentive tokens become clusters, and similar attentive ones pairs. */
    MATCH,
    /** No token is attentive: all become clusters. */
    UNDIVIDED
  }

  /** Tokens that go on. */
  int leaving() {
    return attentive - pairs + clusters;
  }

  /**
   * K0 = ceil(η·N) tokens go on whatever the split. Without a given number m = c = max(1,
   * min(floor((N - K0) / 8), floor(K0 / 8))). Given ones are lowered until 2m ≤ K, c ≤ N - K and
   * one attentive token is left.
   *
   * @param keepRate η
   * @param givenClusters c, or 0 for the rule
   * @param givenPairs m, or 0 for the rule
   */
  record Rule(double keepRate, Split split, int givenClusters, int givenPairs) {
    Budget at(int patches) {
      int kept = KeepCounts.ceil(keepRate, patches);
      if (kept >= patches) {
        return new Budget(patches, 0, 0);
      }
      if (split == Split.UNDIVIDED) {
        return new Budget(0, kept, 0);
      }
      if (kept < 2) {
        return new Budget(kept, 0, 0);
      }
      int usual = Math.max(1, Math.min((patches - kept) / 8, kept / 8));
      int clusters = Math.min(givenClusters == 0 ? usual : givenClusters, kept - 1);
      int pairs =
          Math.min(givenPairs == 0 ? usual : givenPairs, Math.min(kept - clusters, patches - kept));
      return switch (split) {
        case PRESERVE, UNDIVIDED -> new Budget(kept, 0, 0);
        case PACK -> new Budget(kept - 1, 1, 0);
        case CLUSTER -> new Budget(kept - clusters, clusters, 0);
        case MATCH -> new Budget(kept - clusters + pairs, clusters, pairs);
      };
    }
  }
}
