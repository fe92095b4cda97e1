package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Where something stands in a sweep file or in a {@code --set} option.
 *
 * @param origin the file, or the option as it was given
 * @param line from 1, or 0 for an option
 * @param column from 1, or 0 for an option
 * @param key dotted path of the value, such as {@code models.0.checkpoint}; empty for the whole
 */
record Place(String origin, int line, int column, String key) {
  private static final int LONGEST_QUOTE = 80;

  static Place ofOption(String option, String key) {
    return new Place(option, 0, 0, key);
  }

  Place child(String name, int childLine, int childColumn) {
    return new Place(origin, childLine, childColumn, key.isEmpty() ? name : key + "." + name);
  }

  InvalidInputException problem(String problem) {
    String position = line == 0 ? origin : "%s:%d:%d".formatted(origin, line, column);
    return new InvalidInputException(
        oneLine(position + ": " + (key.isEmpty() ? "" : key + ": ") + problem));
  }

  InvalidInputException found(String found, String allowed) {
    return problem("found %s, allowed: %s".formatted(quote(found), allowed));
  }

  /** A word that is none of {@code known}. */
  InvalidInputException unknown(String what, String word, Collection<String> known) {
    String hint =
        Nearest.to(word, known).map(near -> "; did you mean %s?".formatted(near)).orElse("");
    String allowed = known.stream().sorted().collect(Collectors.joining(", "));
    return problem(
        "%s %s is unknown, allowed: %s%s"
            .formatted(what, quote(word), allowed.isEmpty() ? "none" : allowed, hint));
  }

  private static String quote(String text) {
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*[\\r\\n\\u0085\\u2028\\u2029]\\s*", " ");
  }
}
