package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.report.Column.Cell;
import io.tokensweep.store.TrialRow.Status;
import java.util.List;
import java.util.Optional;

/** The table of all trials. Every cell carries the value that its column is sorted by. */
final class TrialsHtml {
  /** Characters of a text that a cell shows. */
  private static final int LONGEST = 240;

  private TrialsHtml() {}

  static String table(Section section) {
    List<Column> columns = Columns.shown(section);
    return """
        <table class="trials">
        <thead><tr><th scope="col"><button type="button">Front</button></th>%s</tr></thead>
        <tbody>
        %s
        </tbody>
        </table>"""
        .formatted(
            columns.stream().map(TrialsHtml::header).collect(joining()),
            section.entries().stream().map(entry -> row(columns, entry)).collect(joining("\n")));
  }

  /** What all trials have in common, and the table therefore does not show. */
  static String common(Section section) {
    List<Column> shown = Columns.shown(section);
    return Columns.all(section).stream()
        .filter(column -> shown.stream().noneMatch(other -> other.name().equals(column.name())))
        .map(
            column ->
                section.entries().stream()
                    .map(column::of)
                    .filter(cell -> !cell.key().isEmpty())
                    .findFirst()
                    .map(
                        cell ->
                            "%s %s".formatted(column.name(), cell.text() + " " + column.unit())))
        .flatMap(Optional::stream)
        .map(text -> Text.html(Text.shortened(text.strip(), LONGEST)))
        .collect(joining(" · "));
  }

  private static String header(Column column) {
    return "<th scope=\"col\"%s><button type=\"button\">%s</button>%s</th>"
        .formatted(
            column.numeric() ? " class=\"number\"" : "",
            column.name(),
            column.unit().isEmpty() ? "" : "<small>" + column.unit() + "</small>");
  }

  private static String row(List<Column> columns, Entry entry) {
    String kind =
        entry.trial().status() != Status.OK ? "failed" : entry.onFront() ? "front" : "dominated";
    return "<tr class=\"%s\" id=\"trial-%s\"><td data-key=\"%s\">%s</td>%s</tr>"
        .formatted(
            kind,
            Text.html(entry.trial().trialId()),
            entry.onFront() ? "1" : "2",
            entry.onFront() ? "<span title=\"on the front\">★</span>" : "",
            columns.stream().map(column -> cell(column, column.of(entry))).collect(joining()));
  }

  /** A key that is all that the cell shows is not said twice. */
  private static String cell(Column column, Cell cell) {
    String shown = Text.html(Text.shortened(cell.text(), LONGEST));
    String key =
        cell.key().equals(shown) && cell.note().isEmpty() && cell.warning().isEmpty()
            ? ""
            : " data-key=\"%s\"".formatted(Text.html(cell.key()));
    String content =
        column.numeric() || cell.text().length() < 20 ? shown : "<div>" + shown + "</div>";
    return "<td%s%s>%s%s%s</td>"
        .formatted(
            column.numeric() ? " class=\"number\"" : "",
            key,
            content,
            cell.note().map(note -> " <small>" + Text.html(note) + "</small>").orElse(""),
            cell.warning()
                .map(text -> " <span title=\"%s\">⚠</span>".formatted(Text.html(text)))
                .orElse(""));
  }
}
