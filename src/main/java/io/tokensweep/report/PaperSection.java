package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.report.PaperCells.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A view as a section of the report, and as text for a terminal. */
final class PaperSection {
  private static final int WIDTH = 200;

  private PaperSection() {}

  /**
   * The section.
   *
   * @param evidence of the trials
   */
  static String html(PaperTable table, Evidence evidence) {
    PaperView view = table.view();
    return """
        <section class="paper" id="%s">
        <h2>%s</h2>
        <p>%s</p>
        <p class="paper-note"><strong>Printed</strong> values are the papers', on ImageNet's validation set and their own hardware. %s</p>
        %s
        <div class="scroll" tabindex="0" role="region" aria-label="Printed and measured">
        %s
        </div>
        </section>"""
        .formatted(
            view.key(),
            Text.html(view.title()),
            Text.html(view.about()),
            Text.html(table.standIn().orElse("")),
            charts(table, evidence),
            table(table));
  }

  private static String charts(PaperTable table, Evidence evidence) {
    List<String> charts =
        switch (table.view().axis()) {
          case NONE -> List.of();
          case KEEP_RATE -> List.of(PaperChart.accuracy(table, false));
          case MACS -> List.of(PaperChart.accuracy(table, true));
          case DIVERSITY -> List.of(PaperChart.accuracy(table, false), PaperChart.diversity(table));
          case BLOCKS -> List.of(blocks(table, evidence));
        };
    String figures =
        charts.stream()
            .filter(chart -> !chart.isEmpty())
            .map(chart -> "<figure>" + chart + "</figure>")
            .collect(joining("\n"));
    return figures.isEmpty() ? "" : "<div class=\"figures\">\n" + figures + "\n</div>";
  }

  private static String blocks(PaperTable table, Evidence evidence) {
    Map<String, Map<Integer, Double>> series = new LinkedHashMap<>();
    for (PaperTable.Row row : table.rows()) {
      row.entry()
          .ifPresent(
              entry -> {
                Map<Integer, Double> variances = new TreeMap<>();
                evidence
                    .layers(entry.trial())
                    .forEach(
                        layer ->
                            layer
                                .significance()
                                .ifPresent(value -> variances.put(layer.block(), value)));
                if (!variances.isEmpty()) {
                  series.put(entry.name(), variances);
                }
              });
    }
    return PaperChart.blocks("variance of the significance scores", series);
  }

  private static String table(PaperTable table) {
    List<List<String>> rows = table.rows().stream().map(PaperCells::of).toList();
    List<Integer> shown = shown(rows);
    StringBuilder html = new StringBuilder("<table class=\"paper-table\">\n<thead>\n<tr>");
    for (int i = 0; i < shown.size(); ) {
      String group = PaperCells.COLUMNS.get(shown.get(i)).group();
      int span = 1;
      while (!group.isEmpty()
          && i + span < shown.size()
          && PaperCells.COLUMNS.get(shown.get(i + span)).group().equals(group)) {
        span++;
      }
      html.append(
          "<th scope=\"colgroup\" colspan=\"%d\">%s</th>".formatted(span, Text.html(group)));
      i += span;
    }
    html.append("</tr>\n<tr>");
    for (int column : shown) {
      Column known = PaperCells.COLUMNS.get(column);
      html.append("<th scope=\"col\"%s>%s</th>".formatted(style(known), Text.html(known.name())));
    }
    html.append("</tr>\n</thead>\n<tbody>\n");
    for (List<String> row : rows) {
      html.append("<tr>");
      for (int column : shown) {
        html.append(
            "<td%s>%s</td>"
                .formatted(style(PaperCells.COLUMNS.get(column)), Text.html(row.get(column))));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody>\n</table>").toString();
  }

  private static String style(Column column) {
    return column.group().isEmpty()
        ? ""
        : column.name().equals("measured")
            ? " class=\"number measured\""
            : " class=\"number printed\"";
  }

  /** Columns that say something in some row; printed and measured stay together. */
  private static List<Integer> shown(List<List<String>> rows) {
    List<Integer> shown = new ArrayList<>();
    for (int column = 0; column < PaperCells.COLUMNS.size(); column++) {
      String group = PaperCells.COLUMNS.get(column).group();
      int at = column;
      boolean any =
          rows.stream()
              .anyMatch(
                  row ->
                      group.isEmpty()
                          ? !row.get(at).isEmpty()
                          : inGroup(group).stream()
                              .anyMatch(other -> !row.get(other).equals(Format.NOTHING)));
      if (any) {
        shown.add(column);
      }
    }
    return shown;
  }

  private static List<Integer> inGroup(String group) {
    List<Integer> columns = new ArrayList<>();
    for (int column = 0; column < PaperCells.COLUMNS.size(); column++) {
      if (PaperCells.COLUMNS.get(column).group().equals(group)) {
        columns.add(column);
      }
    }
    return columns;
  }

  /** The table for a terminal, with a heading. */
  static String text(PaperTable table) {
    List<List<String>> cells = table.rows().stream().map(PaperCells::of).toList();
    List<Integer> shown =
        shown(cells).stream().filter(column -> column < PaperCells.COLUMNS.size() - 1).toList();
    List<List<String>> rows = new ArrayList<>();
    rows.add(shown.stream().map(column -> PaperCells.COLUMNS.get(column).group()).toList());
    rows.add(
        shown.stream()
            .map(PaperCells.COLUMNS::get)
            .map(column -> column.name().startsWith("counted") ? "counted" : column.name())
            .toList());
    cells.forEach(row -> rows.add(shown.stream().map(row::get).toList()));
    return table.view().title()
        + "\n"
        + table.standIn().map(text -> text + "\n").orElse("")
        + new TextTable(rows, 0, column -> column < 2).text(WIDTH);
  }
}
