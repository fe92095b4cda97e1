package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills in {@code ${NAME}} and {@code ${NAME:-default}}.
 *
 * <p>Braces, colons and the like mean something in YAML, so references are hidden from its parser:
 * each of their characters is moved into a private range of Unicode and back. Places in the file
 * stay what they were.
 */
record Environment(Map<String, String> variables) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[\\x20-\\x7c\\x7e]*\\}");
  private static final Pattern PARTS =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\\}");
  private static final char PRIVATE = '\uE000';

  Environment {
    variables = Map.copyOf(variables);
  }

  static String hide(String text) {
    return REFERENCE.matcher(text).replaceAll(match -> shift(match.group(), PRIVATE));
  }

  static boolean isHiddenIn(String text) {
    return text.chars().anyMatch(Environment::isHidden);
  }

  /** The text as it was written. */
  static String reveal(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append((char) (isHidden(c) ? c - PRIVATE : c)));
    return out.toString();
  }

  /**
   * The text with its references filled in.
   *
   * @throws InvalidInputException if a variable is not set and has no default
   */
  String fill(String hidden, Place place) {
    StringBuilder out = new StringBuilder();
    Matcher match = Pattern.compile("[\\uE020-\\uE07E]+").matcher(hidden);
    while (match.find()) {
      match.appendReplacement(out, Matcher.quoteReplacement(values(reveal(match.group()), place)));
    }
    return match.appendTail(out).toString();
  }

  private String values(String references, Place place) {
    StringBuilder out = new StringBuilder();
    Matcher match = REFERENCE.matcher(references);
    while (match.find()) {
      match.appendReplacement(out, Matcher.quoteReplacement(value(match.group(), place)));
    }
    return match.appendTail(out).toString();
  }

  private String value(String reference, Place place) {
    Matcher parts = PARTS.matcher(reference);
    if (!parts.matches()) {
      throw place.found(reference, "${NAME} or ${NAME:-default}, a NAME of letters, digits and _");
    }
    String name = parts.group(1);
    String value = variables.getOrDefault(name, "");
    if (!value.isEmpty()) {
      return value;
    }
    if (parts.group(2) != null) {
      return parts.group(2);
    }
    if (variables.containsKey(name)) {
      return value;
    }
    throw place.problem(
        "environment variable %s is not set; set it or write ${%s:-default}".formatted(name, name));
  }

  private static boolean isHidden(int c) {
    return c >= PRIVATE + 0x20 && c <= PRIVATE + 0x7e;
  }

  private static String shift(String text, int by) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append((char) (c + by)));
    return out.toString();
  }
}
