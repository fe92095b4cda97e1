package io.tokensweep.report;

import io.tokensweep.store.TrialRow.Interval;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The lines of a view as text, printed beside measured. */
final class PaperCells {
  /**
   * Columns; those of a group stand side by side.
   *
   * @param group what the column is about; empty if it stands alone
   */
  record Column(String group, String name) {}

  static final List<Column> COLUMNS =
      List.of(
          new Column("", "Configuration"),
          new Column("", "Model"),
          new Column("", "Keep rate"),
          new Column("", "px"),
          new Column("Top-1, %", "printed"),
          new Column("Top-1, %", "measured"),
          new Column("Change, points", "printed"),
          new Column("Change, points", "measured"),
          new Column("MACs, G", "printed"),
          new Column("MACs, G", "counted for the paper's network"),
          new Column("MACs, % of none", "printed"),
          new Column("MACs, % of none", "measured"),
          new Column("Images/s, × none", "printed"),
          new Column("Images/s, × none", "measured"),
          new Column("", "Note"));

  private PaperCells() {}

  /** As many as there are columns. */
  static List<String> of(PaperTable.Row row) {
    Optional<Published> printed = row.line().published();
    Optional<Entry> measured = row.entry();
    return List.of(
        label(row),
        printed.map(Published::model).orElse(""),
        row.keepRate().isPresent() ? Format.keepRate(row.keepRate()) : "",
        measured
            .map(entry -> String.valueOf(entry.trial().configuration().resolution()))
            .filter(resolution -> resolution.equals(String.valueOf(row.line().resolution())))
            .orElseGet(
                () ->
                    measured
                        .map(
                            entry ->
                                "%d for %d"
                                    .formatted(
                                        entry.trial().configuration().resolution(),
                                        row.line().resolution()))
                        .orElse(String.valueOf(row.line().resolution()))),
        figure(printed.flatMap(Published::top1)),
        measured
            .flatMap(Entry::quality)
            .map(quality -> accuracy(quality.top1()))
            .orElse(Format.NOTHING),
        points(row.printedChange()),
        points(row.measuredChange()),
        figure(printed.flatMap(Published::macs)),
        row.counted().isPresent()
            ? Format.decimals(row.counted().getAsLong() / 1e9, 2)
            : Format.NOTHING,
        printed.isPresent() ? share(row.printedShare()) : Format.NOTHING,
        share(row.measuredShare()),
        times(row.printedSpeedUp()),
        measured.map(PaperCells::speedUp).orElse(Format.NOTHING),
        note(row));
  }

  private static String label(PaperTable.Row row) {
    boolean open = row.line().parameters().containsValue("*");
    return row.line().label()
        + (open ? row.entry().map(entry -> " – " + Names.method(entry.trial())).orElse("") : "");
  }

  private static String note(PaperTable.Row row) {
    String note = row.line().note();
    boolean lacking = row.entry().isEmpty() && !row.line().method().isEmpty();
    String missing = lacking ? "not in this run" : "";
    String setting = row.line().published().map(Published::setting).orElse("");
    return List.of(missing, setting, note).stream()
        .filter(part -> !part.isEmpty())
        .distinct()
        .reduce((a, b) -> a + "; " + b)
        .orElse("");
  }

  private static String figure(Optional<BigDecimal> value) {
    return value.map(BigDecimal::toPlainString).orElse(Format.NOTHING);
  }

  private static String accuracy(Interval top1) {
    return "%s (%s)".formatted(Format.decimals(top1.value(), 1), Format.bounds(top1));
  }

  private static String points(OptionalDouble change) {
    return change.isPresent() ? Format.points(change.getAsDouble()) : Format.NOTHING;
  }

  private static String share(OptionalDouble share) {
    return share.isPresent() ? Format.decimals(share.getAsDouble(), 1) : Format.NOTHING;
  }

  private static String times(OptionalDouble ratio) {
    return ratio.isPresent() ? Format.decimals(ratio.getAsDouble(), 2) : Format.NOTHING;
  }

  private static String speedUp(Entry entry) {
    return times(entry.speedUp())
        + entry.ratio().map(ratio -> " (" + Format.ratios(ratio) + ")").orElse("");
  }
}
