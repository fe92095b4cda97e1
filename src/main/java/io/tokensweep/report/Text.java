package io.tokensweep.report;

/** Makes strings from outside safe to show. */
final class Text {
  private Text() {}

  /**
   * One line in which every character is seen: line breaks become blanks; other control characters,
   * marks that change the direction of writing and lone surrogates become their escape.
   */
  static String visible(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\r' || c == '\t') {
                out.append(' ');
              } else if (isInvisible(c)) {
                out.append("\\u%04x".formatted(c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  private static boolean isInvisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** Visible text for HTML content and quoted attributes. */
  static String html(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    visible(text)
        .chars()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append((char) c);
              }
            });
    return out.toString();
  }

  /** At most {@code length} characters; what is cut off is marked. */
  static String shortened(String text, int length) {
    if (text.codePointCount(0, text.length()) <= length) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
  }

  /** At most {@code length} characters; what is left out of the middle is marked. */
  static String elided(String text, int length) {
    int characters = text.codePointCount(0, text.length());
    if (characters <= length) {
      return text;
    }
    int tail = length / 2;
    return shortened(text, length - tail)
        + text.substring(text.offsetByCodePoints(0, characters - tail));
  }
}
