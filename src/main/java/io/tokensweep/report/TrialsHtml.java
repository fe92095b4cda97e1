package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.store.TrialRow.Configuration;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Status;
import io.tokensweep.store.TrialRow.Timing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;

/** The table of all trials. Every cell carries the value that its column is sorted by. */
final class TrialsHtml {
  /**
   * @param key what to sort by: a number, or text; empty sorts last
   * @param html what is shown
   */
  private record Cell(String key, String html) {
    static final Cell NOTHING = new Cell("", Format.NOTHING);

    static Cell text(String text) {
      return new Cell(text, "<div>" + Text.html(text) + "</div>");
    }

    static Cell number(double value, String text) {
      return new Cell(Double.isFinite(value) ? Double.toString(value) : "", Text.html(text));
    }

    Cell warned(Optional<String> warning) {
      return warning
          .map(
              text ->
                  new Cell(key, "%s <span title=\"%s\">⚠</span>".formatted(html, Text.html(text))))
          .orElse(this);
    }

    Cell note(String note) {
      return new Cell(key, html + " <small>" + Text.html(note) + "</small>");
    }
  }

  /**
   * @param shown whether a table of these trials needs the column
   */
  private record Column(
      String name,
      String unit,
      boolean numeric,
      Function<Entry, Optional<Cell>> cell,
      Predicate<List<Entry>> shown) {

    Column onlyIfVarying() {
      return new Column(
          name,
          unit,
          numeric,
          cell,
          entries ->
              entries.stream()
                      .flatMap(entry -> cell.apply(entry).stream())
                      .map(Cell::key)
                      .filter(key -> !key.isEmpty())
                      .distinct()
                      .count()
                  > 1);
    }

    Column onlyIfAny(Predicate<Entry> condition) {
      return new Column(name, unit, numeric, cell, entries -> entries.stream().anyMatch(condition));
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          text("Method", entry -> Names.method(entry.trial())),
          number("Keep rate", "", entry -> keepRate(entry.trial().configuration())),
          text("Status", TrialsHtml::status)
              .onlyIfAny(entry -> entry.trial().status() != Status.OK),
          text("Model", entry -> entry.trial().configuration().model()).onlyIfVarying(),
          number("Resolution", "px", entry -> whole(entry.trial().configuration().resolution()))
              .onlyIfVarying(),
          text("Precision", entry -> entry.trial().configuration().precision()).onlyIfVarying(),
          text("Blocks", entry -> Format.blocks(entry.trial().configuration().sites()))
              .onlyIfVarying(),
          number(
              "Top-1",
              "%, 95 % interval",
              entry -> entry.quality().map(quality -> accuracy(quality.top1()))),
          number("Change", "points", entry -> decimal(entry.top1Change(), Format::points)),
          number(
              "Top-5",
              "%, 95 % interval",
              entry -> entry.quality().map(quality -> accuracy(quality.top5()))),
          number(
              "MACs",
              "G",
              entry ->
                  entry
                      .quality()
                      .map(
                          quality ->
                              Cell.number((double) quality.macs(), Format.giga(quality.macs())))),
          number("Of none", "% of MACs", entry -> decimal(entry.macsShare(), TrialsHtml::one)),
          number("Throughput", "images/s, 95 % interval", TrialsHtml::throughput),
          number("Speed-up", "× none, 95 % interval", TrialsHtml::speedUp),
          number("Latency", "ms: median, 90 %, 99 %", TrialsHtml::latency)
              .onlyIfAny(entry -> latency(entry).isPresent()),
          number("Memory", "MiB in a pass", TrialsHtml::memory)
              .onlyIfAny(entry -> memory(entry).isPresent()),
          number("Tokens", "left at the end", TrialsHtml::tokens),
          number(
              "Diversity",
              "medoid norm",
              entry ->
                  entry
                      .quality()
                      .map(quality -> quality.diversity().medoidNorm())
                      .map(norm -> Cell.number(norm, Format.significant(norm)))),
          number(
              "Loss",
              "nats",
              entry ->
                  entry
                      .quality()
                      .map(
                          quality ->
                              Cell.number(quality.loss(), Format.decimals(quality.loss(), 3)))),
          number(
              "Images", "", entry -> entry.quality().flatMap(quality -> whole(quality.images()))),
          text("Trial", entry -> entry.trial().trialId()));

  private TrialsHtml() {}

  static String table(Section section) {
    List<Column> columns =
        COLUMNS.stream().filter(column -> column.shown().test(section.entries())).toList();
    return """
        <table>
        <thead><tr><th scope="col"><button type="button">Front</button></th>%s</tr></thead>
        <tbody>
        %s
        </tbody>
        </table>"""
        .formatted(
            columns.stream().map(TrialsHtml::header).collect(joining()),
            section.entries().stream().map(entry -> row(columns, entry)).collect(joining("\n")));
  }

  private static Column text(String name, Function<Entry, String> value) {
    return new Column(
        name, "", false, value.andThen(Cell::text).andThen(Optional::of), entries -> true);
  }

  private static Column number(String name, String unit, Function<Entry, Optional<Cell>> cell) {
    return new Column(name, unit, true, cell, entries -> true);
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
    return "<tr class=\"%s\"><td data-key=\"%s\">%s</td>%s</tr>"
        .formatted(
            kind,
            entry.onFront() ? "1" : "2",
            entry.onFront() ? "<span title=\"on the front\">★</span>" : "",
            columns.stream().map(column -> cell(column, entry)).collect(joining()));
  }

  private static String cell(Column column, Entry entry) {
    Cell cell = column.cell().apply(entry).orElse(Cell.NOTHING);
    return "<td%s data-key=\"%s\">%s</td>"
        .formatted(column.numeric() ? " class=\"number\"" : "", Text.html(cell.key()), cell.html());
  }

  private static Optional<Cell> keepRate(Configuration configuration) {
    return decimal(configuration.keepRate(), Format::number);
  }

  private static Optional<Cell> decimal(OptionalDouble value, Function<Double, String> format) {
    return value.isPresent()
        ? Optional.of(Cell.number(value.getAsDouble(), format.apply(value.getAsDouble())))
        : Optional.empty();
  }

  private static Optional<Cell> whole(long value) {
    return Optional.of(Cell.number((double) value, Format.whole(value)));
  }

  private static String one(double value) {
    return Format.decimals(value, 1);
  }

  private static Cell accuracy(Interval interval) {
    return Cell.number(interval.value(), one(interval.value())).note(Format.bounds(interval));
  }

  private static Optional<Cell> throughput(Entry entry) {
    return entry
        .throughput()
        .map(
            throughput -> {
              double median = throughput.imagesPerSecond().value();
              Cell cell = Cell.number(median, Format.rate(median));
              return entry
                  .timing()
                  .map(timing -> cell.note(Format.rates(timing.imagesPerSecond())))
                  .orElse(cell)
                  .warned(entry.timing().flatMap(Timing::warning));
            });
  }

  private static Optional<Cell> speedUp(Entry entry) {
    return decimal(entry.speedUp(), ratio -> Format.decimals(ratio, 2))
        .map(cell -> entry.ratio().map(ratio -> cell.note(Format.ratios(ratio))).orElse(cell));
  }

  private static Optional<Cell> latency(Entry entry) {
    return entry
        .timing()
        .flatMap(Timing::latency)
        .map(
            latency ->
                Cell.number(latency.p50(), Format.significant(latency.p50()))
                    .note(
                        "%s, %s"
                            .formatted(
                                Format.significant(latency.p90()),
                                Format.significant(latency.p99()))));
  }

  private static Optional<Cell> memory(Entry entry) {
    return entry
        .timing()
        .map(Timing::peakMemory)
        .filter(OptionalLong::isPresent)
        .map(OptionalLong::getAsLong)
        .map(bytes -> Cell.number((double) bytes, Format.mebibytes(bytes)));
  }

  private static Optional<Cell> tokens(Entry entry) {
    return entry
        .quality()
        .map(quality -> quality.tokens())
        .filter(tokens -> !tokens.isEmpty())
        .map(tokens -> tokens.get(tokens.size() - 1))
        .map(last -> Cell.number(last, Format.tokens(List.of(last))));
  }

  private static String status(Entry entry) {
    String status = entry.trial().status().key();
    return entry.trial().error().map(error -> status + ": " + error).orElse(status);
  }
}
