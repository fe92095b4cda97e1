package io.tokensweep.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A column of the table of trials, whatever it is written as.
 *
 * @param name of the column
 * @param unit of its numbers; may be empty
 * @param numeric whether it holds numbers
 * @param shown whether a table of these trials needs it
 */
record Column(
    String name,
    String unit,
    boolean numeric,
    Function<Entry, Optional<Cell>> cell,
    Predicate<List<Entry>> shown) {

  /**
   * What stands in a column of one trial.
   *
   * @param key what it is sorted by and written to CSV as: a number, or the text
   * @param text as shown
   * @param note in small letters behind it, such as an interval
   * @param warning why not to believe it
   */
  record Cell(String key, String text, Optional<String> note, Optional<String> warning) {
    static final Cell NOTHING = new Cell("", Format.NOTHING, Optional.empty(), Optional.empty());

    static Cell text(String text) {
      return new Cell(text, text, Optional.empty(), Optional.empty());
    }

    static Cell number(double value, String text) {
      return new Cell(
          Double.isFinite(value) ? Double.toString(value) : "",
          text,
          Optional.empty(),
          Optional.empty());
    }

    Cell warned(Optional<String> doubt) {
      return new Cell(key, text, note, doubt);
    }

    Cell note(String words) {
      return new Cell(key, text, Optional.of(words), warning);
    }
  }

  static Column text(String name, Function<Entry, String> value) {
    return new Column(
        name, "", false, value.andThen(Cell::text).andThen(Optional::of), entries -> true);
  }

  static Column number(String name, String unit, Function<Entry, Optional<Cell>> cell) {
    return new Column(name, unit, true, cell, entries -> true);
  }

  Cell of(Entry entry) {
    return cell.apply(entry).orElse(Cell.NOTHING);
  }

  Column onlyIfVarying() {
    return new Column(
        name,
        unit,
        numeric,
        cell,
        entries ->
            entries.stream()
                    .map(this::of)
                    .map(Cell::key)
                    .filter(key -> !key.isEmpty())
                    .distinct()
                    .count()
                > 1);
  }

  Column onlyIfAny() {
    return new Column(
        name,
        unit,
        numeric,
        cell,
        entries -> entries.stream().anyMatch(entry -> cell.apply(entry).isPresent()));
  }
}
