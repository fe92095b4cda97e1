package io.tokensweep.sweep;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The known word that a mistyped one was probably meant to be. */
final class Nearest {
  private Nearest() {}

  /** The word of least edit distance, if that is at most half of the longer word's length. */
  static Optional<String> to(String word, Collection<String> known) {
    String lower = word.toLowerCase(Locale.ROOT);
    return known.stream()
        .sorted()
        .min(Comparator.comparingInt(candidate -> distance(lower, candidate)))
        .filter(best -> 2 * distance(lower, best) <= Math.max(lower.length(), best.length()));
  }

  private static int distance(String word, String candidate) {
    return LevenshteinDistance.getDefaultInstance().apply(word, candidate.toLowerCase(Locale.ROOT));
  }
}
