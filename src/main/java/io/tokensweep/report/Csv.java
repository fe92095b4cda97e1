package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Lines of CSV (RFC 4180) that a spreadsheet takes for data and nothing else. */
final class Csv {
  private static final Pattern QUOTED = Pattern.compile("[\",\r\n]|^\\s|\\s$");

  /** What a spreadsheet takes for the beginning of a formula. */
  private static final Pattern FORMULA = Pattern.compile("^[\\s=+@\\-|%＝＋－＠].*", Pattern.DOTALL);

  private Csv() {}

  /** Cells that are numbers or went through {@link #text}, and the end of the line. */
  static String line(String... cells) {
    return Stream.of(cells).map(Csv::quoted).collect(joining(",", "", "\r\n"));
  }

  static String line(List<String> cells) {
    return line(cells.toArray(String[]::new));
  }

  /** Visible text; one that would be a formula has an apostrophe ahead of it. */
  static String text(String text) {
    String visible = Text.visible(text);
    return FORMULA.matcher(visible).matches() ? "'" + visible : visible;
  }

  /** With all digits; empty if it is none. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String quoted(String cell) {
    return QUOTED.matcher(cell).find() ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
  }
}
