package io.tokensweep.report;

/** Text for LaTeX. */
final class Latex {
  private Latex() {}

  /** Visible text in which nothing is a command. */
  static String text(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    Text.visible(text)
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> out.append("\\textbackslash{}");
                case '{', '}', '$', '&', '#', '_', '%' -> out.append('\\').appendCodePoint(c);
                case '~' -> out.append("\\textasciitilde{}");
                case '^' -> out.append("\\textasciicircum{}");
                case '<' -> out.append("\\textless{}");
                case '>' -> out.append("\\textgreater{}");
                case '|' -> out.append("\\textbar{}");
                case '"' -> out.append("\\textquotedbl{}");
                case '–' -> out.append("--");
                case '−' -> out.append("$-$");
                case '±' -> out.append("$\\pm$");
                case '×' -> out.append("$\\times$");
                case '…' -> out.append("\\dots{}");
                default -> out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
