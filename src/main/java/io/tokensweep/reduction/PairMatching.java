package io.tokensweep.reduction;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Which attentive tokens are merged with each other, by the cosine of their features (methods.md,
 * 3.5). Of equal cosines the pair with the lower tokens wins.
 */
enum PairMatching {
  /** The most similar pair of tokens that are in none yet, again and again. */
  DISJOINT {
    @Override
    int[] match(Gram gram, int pairs) {
      return new DisjointPairs(new Cosines(gram), gram.count()).match(pairs);
    }
  },

  /** The most similar pairs; pairs that share tokens become one group. */
  MERGE {
    @Override
    int[] match(Gram gram, int pairs) {
      Cosines cosines = new Cosines(gram);
      Comparator<int[]> worstFirst =
          Comparator.<int[]>comparingDouble(pair -> cosines.of(pair[0], pair[1]))
              .thenComparing(
                  Comparator.<int[]>comparingInt(pair -> pair[0])
                      .thenComparingInt(pair -> pair[1])
                      .reversed());
      PriorityQueue<int[]> best = new PriorityQueue<>(worstFirst);
      for (int i = 0; i < gram.count(); i++) {
        for (int j = i + 1; j < gram.count(); j++) {
          best.add(new int[] {i, j});
          if (best.size() > pairs) {
            best.remove();
          }
        }
      }
      int[] group = alone(gram.count());
      best.forEach(pair -> join(group, pair[0], pair[1]));
      return group;
    }

    /** As many as the most pairs need that lie among as few tokens as possible. */
    @Override
    int fewestRemoved(int pairs) {
      int removed = 0;
      while (removed * (removed + 1) / 2 < pairs) {
        removed++;
      }
      return removed;
    }
  },

  /** ToMe's: every other token may join its most similar one among the rest. */
  BIPARTITE {
    @Override
    int[] match(Gram gram, int pairs) {
      Cosines cosines = new Cosines(gram);
      int[] partner = new int[(gram.count() + 1) / 2];
      for (int i = 0; i < partner.length; i++) {
        partner[i] = 1;
        for (int j = 3; j < gram.count(); j += 2) {
          if (cosines.of(2 * i, j) > cosines.of(2 * i, partner[i])) {
            partner[i] = j;
          }
        }
      }
      int[] group = alone(gram.count());
      IntStream.range(0, partner.length)
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -cosines.of(2 * i, partner[i])))
          .limit(pairs)
          .forEach(i -> join(group, 2 * i, partner[i]));
      return group;
    }
  };

  /**
   * @param gram of the attentive tokens, ascending
   * @param pairs m, more than 0 and at most half of the tokens
   * @return for each token the first token of its group
   */
  abstract int[] match(Gram gram, int pairs);

  /** Tokens that at least disappear; at most as many as there are pairs. */
  int fewestRemoved(int pairs) {
    return pairs;
  }

  static int[] alone(int count) {
    return IntStream.range(0, count).toArray();
  }

  static void join(int[] group, int i, int j) {
    int first = Math.min(group[i], group[j]);
    int second = Math.max(group[i], group[j]);
    Arrays.setAll(group, token -> group[token] == second ? first : group[token]);
  }

  /** Cosines of tokens, their norms at least 1e-12. */
  private static final class Cosines {
    private static final double LEAST_NORM = 1e-12;

    private final Gram gram;
    private final double[] inverseNorms;

    Cosines(Gram gram) {
      this.gram = gram;
      this.inverseNorms = new double[gram.count()];
      Arrays.setAll(inverseNorms, i -> 1 / Math.max(Math.sqrt(gram.product(i, i)), LEAST_NORM));
    }

    double of(int i, int j) {
      return gram.product(i, j) * inverseNorms[i] * inverseNorms[j];
    }
  }

  /** Remembers for every token the best partner behind it, which few choices make wrong. */
  private static final class DisjointPairs {
    private final Cosines cosines;
    private final int[] partner;
    private final double[] similarity;
    private final boolean[] used;

    DisjointPairs(Cosines cosines, int count) {
      this.cosines = cosines;
      this.partner = new int[count];
      this.similarity = new double[count];
      this.used = new boolean[count];
      for (int i = 0; i < count; i++) {
        findPartner(i);
      }
    }

    int[] match(int pairs) {
      int[] group = alone(partner.length);
      for (int pair = 0; pair < pairs; pair++) {
        int i = mostSimilar();
        int j = partner[i];
        join(group, i, j);
        used[i] = true;
        used[j] = true;
        for (int other = 0; other < j; other++) {
          if (!used[other] && (partner[other] == i || partner[other] == j)) {
            findPartner(other);
          }
        }
      }
      return group;
    }

    private int mostSimilar() {
      int best = -1;
      for (int i = 0; i < partner.length; i++) {
        if (!used[i] && partner[i] >= 0 && (best < 0 || similarity[i] > similarity[best])) {
          best = i;
        }
      }
      return best;
    }

    private void findPartner(int i) {
      partner[i] = -1;
      for (int j = i + 1; j < partner.length; j++) {
        if (!used[j]) {
          double cosine = cosines.of(i, j);
          if (partner[i] < 0 || cosine > similarity[i]) {
            partner[i] = j;
            similarity[i] = cosine;
          }
        }
      }
    }
  }
}
