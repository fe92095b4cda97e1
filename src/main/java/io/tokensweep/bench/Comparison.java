package io.tokensweep.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was timed in turn.
 *
 * @param title what all rows have in common
 * @param unit of the speeds, such as images/s
 * @param rows the first is the one that the others are compared with
 */
public record Comparison(String title, String unit, List<Row> rows) {
  /**
   * @param speed items a second
   * @param ratio of the speed to that of the first row
   * @param macs of one item
   * @param macsRatio those of the first row, divided by these: the ratio if time went by MACs
   */
  record Row(
      String name,
      Estimate speed,
      Estimate ratio,
      Optional<Long> macs,
      Optional<Double> macsRatio) {}

  public Comparison {
    rows = List.copyOf(rows);
  }

  /** A title and aligned columns, each line ended. */
  public String text() {
    List<List<String>> lines = new ArrayList<>();
    boolean counted = rows.stream().anyMatch(row -> row.macsRatio.isPresent());
    lines.add(List.of("", unit + " (95 %)", "ratio (95 %)", counted ? "by MACs" : ""));
    for (Row row : rows) {
      lines.add(
          List.of(
              row.name,
              format("%.1f (%.1f–%.1f)", row.speed),
              format("%.3f (%.3f–%.3f)", row.ratio),
              row.macsRatio.map(ratio -> String.format(Locale.ROOT, "%.3f", ratio)).orElse("")));
    }
    int[] widths = new int[lines.get(0).size()];
    lines.forEach(
        line -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], line.get(i).length());
          }
        });
    StringBuilder out = new StringBuilder(title).append('\n');
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder("  " + line.get(0));
      padded.append(" ".repeat(widths[0] - line.get(0).length()));
      for (int i = 1; i < widths.length; i++) {
        padded.append(" ".repeat(2 + widths[i] - line.get(i).length())).append(line.get(i));
      }
      out.append(padded.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  /** Writes the same with all digits. */
  public void writeTo(ObjectNode json) {
    json.put("title", title);
    json.put("unit", unit);
    for (Row row : rows) {
      ObjectNode object = json.withArray("rows").addObject();
      object.put("name", row.name);
      put(object, "speed", row.speed);
      put(object, "ratio", row.ratio);
      row.macs.ifPresent(macs -> object.put("macs", macs));
      row.macsRatio.ifPresent(ratio -> object.put("macs_ratio", ratio));
    }
  }

  private static void put(ObjectNode json, String name, Estimate estimate) {
    json.put(name, estimate.median());
    json.put(name + "_low", estimate.low());
    json.put(name + "_high", estimate.high());
  }

  private static String format(String pattern, Estimate estimate) {
    return String.format(Locale.ROOT, pattern, estimate.median(), estimate.low(), estimate.high());
  }
}
