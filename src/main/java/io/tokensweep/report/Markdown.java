package io.tokensweep.report;

/** Text for Markdown. */
final class Markdown {
  private Markdown() {}

  /** Visible text in which nothing is markup, also in a cell of a table. */
  static String text(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    Text.visible(text)
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '\\', '`', '*', '_', '{', '}', '[', ']', '#', '|', '~', '$', '!' ->
                    out.append('\\').appendCodePoint(c);
                case ':' -> out.append("&#58;"); // no link out of a bare address
                case '@' -> out.append("&#64;");
                default -> out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
