package io.tokensweep.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Rows of text in aligned columns. One column gives way where the whole is too wide, as far as what
 * it says can still be told apart.
 */
final class TextTable {
  private static final int LEAST = 20;

  private final List<List<String>> rows;
  private final int yielding;
  private final IntPredicate left;

  /**
   * @param rows the header first, all of one length
   * @param yielding the column that is shortened
   * @param left which columns are aligned to the left
   */
  TextTable(List<List<String>> rows, int yielding, IntPredicate left) {
    this.rows = rows;
    this.yielding = yielding;
    this.left = left;
  }

  /** Each line ended. */
  String text(int width) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    int others = Arrays.stream(widths).sum() - widths[yielding] + 2 * (widths.length - 1);
    widths[yielding] = Math.min(widths[yielding], Math.max(LEAST, width - others));
    StringBuilder out = new StringBuilder();
    rows.forEach(row -> out.append(line(row, widths)).append('\n'));
    return out.toString();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = Text.elided(row.get(column), widths[column]);
      String gap = " ".repeat(widths[column] - length(cell));
      line.append(left.test(column) ? cell + gap : gap + cell).append("  ");
    }
    return line.toString().stripTrailing();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
