package io.tokensweep.report;

import static io.tokensweep.report.Column.number;
import static io.tokensweep.report.Column.text;

import io.tokensweep.analysis.Cost;
import io.tokensweep.analysis.Front.Placed;
import io.tokensweep.analysis.Front.Rival;
import io.tokensweep.report.Column.Cell;
import io.tokensweep.store.TrialRow.Configuration;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Status;
import io.tokensweep.store.TrialRow.Timing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/** The columns of the table of trials. */
final class Columns {
  private final Section section;

  private Columns(Section section) {
    this.section = section;
  }

  /** Those that the trials of a section need. */
  static List<Column> shown(Section section) {
    return all(section).stream().filter(column -> column.shown().test(section.entries())).toList();
  }

  /** All columns. */
  static List<Column> all(Section section) {
    return new Columns(section).columns();
  }

  private List<Column> columns() {
    return List.of(
        text("Method", entry -> Names.method(entry.trial())),
        number("Keep rate", "", entry -> keepRate(entry.trial().configuration())),
        new Column(
            "Status",
            "",
            false,
            entry -> Optional.of(Cell.text(status(entry))),
            entries -> entries.stream().anyMatch(e -> e.trial().status() != Status.OK)),
        text("Model", entry -> entry.trial().configuration().model()).onlyIfVarying(),
        number("Resolution", "px", entry -> whole(entry.trial().configuration().resolution()))
            .onlyIfVarying(),
        text("Precision", entry -> entry.trial().configuration().precision()).onlyIfVarying(),
        text("Blocks", entry -> Format.blocks(entry.trial().configuration().sites()))
            .onlyIfVarying(),
        number("Top-1", "%, 95 % interval", quality(q -> Optional.of(accuracy(q.top1())))),
        number("Change", "points, 95 % interval", this::change),
        number("P(front)", "%, accuracy and MACs", this::probability).onlyIfAny(),
        text("Rival", this::rival).onlyIfVarying(),
        number("Margin", "points over the rival", this::margin).onlyIfAny(),
        number("Top-5", "%, 95 % interval", quality(q -> Optional.of(accuracy(q.top5())))),
        number(
            "MACs",
            "G",
            quality(q -> Optional.of(Cell.number((double) q.macs(), Format.giga(q.macs()))))),
        number("Of none", "% of MACs", entry -> decimal(entry.macsShare(), Columns::one)),
        number("Throughput", "images/s, 95 % interval", Columns::throughput),
        number("Speed-up", "× none, 95 % interval", Columns::speedUp),
        number("Latency", "ms: median, 90 %, 99 %", Columns::latency).onlyIfAny(),
        number("Memory", "MiB in a pass", Columns::memory).onlyIfAny(),
        number("Tokens", "left at the end", Columns::tokens),
        number(
            "Diversity",
            "medoid norm",
            quality(
                q ->
                    Optional.of(
                        Cell.number(
                            q.diversity().medoidNorm(),
                            Format.significant(q.diversity().medoidNorm()))))),
        number(
            "Loss",
            "nats",
            quality(q -> Optional.of(Cell.number(q.loss(), Format.decimals(q.loss(), 3))))),
        number("Images", "", quality(q -> whole(q.images()))),
        text("Trial", entry -> entry.trial().trialId()));
  }

  private static Function<Entry, Optional<Cell>> quality(Function<Quality, Optional<Cell>> cell) {
    return entry -> entry.quality().flatMap(cell);
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

  private Optional<Cell> change(Entry entry) {
    return decimal(entry.top1Change(), Format::points)
        .map(
            cell ->
                section
                    .evidence()
                    .change(entry.trial())
                    .filter(change -> !entry.isBaseline())
                    .map(change -> cell.note(Format.changes(change)))
                    .orElse(cell));
  }

  private Optional<Placed> placed(Entry entry) {
    return section.evidence().placed(Cost.MACS, entry.trial());
  }

  private Optional<Cell> probability(Entry entry) {
    return placed(entry)
        .map(
            placed -> Cell.number(100 * placed.probability(), Format.chance(placed.probability())));
  }

  private String rival(Entry entry) {
    return placed(entry)
        .flatMap(Placed::rival)
        .map(rival -> section.names().trial(rival.trial()))
        .orElse("");
  }

  private Optional<Cell> margin(Entry entry) {
    return placed(entry)
        .flatMap(Placed::rival)
        .map(Rival::margin)
        .map(
            margin ->
                Cell.number(margin.value(), Format.points(margin.value()))
                    .note(Format.changes(margin)));
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
        .map(Quality::tokens)
        .filter(tokens -> !tokens.isEmpty())
        .map(tokens -> tokens.get(tokens.size() - 1))
        .map(last -> Cell.number(last, Format.tokens(List.of(last))));
  }

  private static String status(Entry entry) {
    String status = entry.trial().status().key();
    return entry.trial().error().map(error -> status + ": " + error).orElse(status);
  }
}
