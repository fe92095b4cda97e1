package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.InvalidInputException;
import io.tokensweep.report.Column.Cell;
import io.tokensweep.store.TrialRow.Configuration;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Throughput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The table of trials as CSV, Markdown, LaTeX and in the columns of timm. */
final class TableFiles {
  private static final Pattern NO_NAME = Pattern.compile("[^A-Za-z0-9.]+");

  private TableFiles() {}

  /**
   * @param suffix behind the names of the files
   * @return the files
   */
  static List<Path> write(Section section, Path folder, String suffix) {
    try {
      Files.createDirectories(folder);
      return List.of(
          Files.writeString(folder.resolve("trials" + suffix + ".csv"), csv(section)),
          Files.writeString(folder.resolve("trials" + suffix + ".md"), markdown(section)),
          Files.writeString(folder.resolve("trials" + suffix + ".tex"), latex(section)),
          Files.writeString(folder.resolve("timm" + suffix + ".csv"), timm(section)));
    } catch (IOException e) {
      throw new InvalidInputException(
          "tables cannot be written to %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  static String csv(Section section) {
    List<Column> columns = Columns.all(section);
    StringBuilder out = new StringBuilder(Csv.line(columns.stream().map(Column::name).toList()));
    for (Entry entry : section.entries()) {
      out.append(
          Csv.line(
              columns.stream()
                  .map(
                      column -> {
                        String key = column.of(entry).key();
                        return column.numeric() ? key : Csv.text(key);
                      })
                  .toList()));
    }
    return out.toString();
  }

  static String markdown(Section section) {
    List<Column> columns = Columns.shown(section);
    StringBuilder out = new StringBuilder();
    out.append(row(columns.stream().map(column -> header(column)).toList()));
    out.append(row(columns.stream().map(column -> column.numeric() ? "--:" : ":--").toList()));
    for (Entry entry : section.entries()) {
      out.append(
          row(
              columns.stream()
                  .map(column -> column.of(entry))
                  .map(cell -> Markdown.text(shown(cell)))
                  .toList()));
    }
    return out.toString();
  }

  private static String header(Column column) {
    return column.unit().isEmpty() ? column.name() : column.name() + " (" + column.unit() + ")";
  }

  private static String row(List<String> cells) {
    return cells.stream().collect(joining(" | ", "| ", " |\n"));
  }

  private static String shown(Cell cell) {
    return cell.text() + cell.note().map(note -> " (" + note + ")").orElse("");
  }

  /** The layout of the papers' tables: accuracy, MACs and images per second with their changes. */
  static String latex(Section section) {
    StringBuilder out =
        new StringBuilder(
            """
            %% needs \\usepackage{booktabs}; 95 %% intervals in brackets
            \\begin{tabular}{lrrrrr}
            \\toprule
            Method & Keep rate & Top-1 (\\%) & Top-5 (\\%) & MACs (G) & Images/s \\\\
            \\midrule
            """
                .replace("%%", "%"));
    String network = "";
    for (Entry entry : section.entries()) {
      String of = section.names().network(entry.trial());
      if (!of.equals(network)) {
        out.append("\\multicolumn{6}{l}{%s} \\\\%n".formatted(Latex.text(of)));
        network = of;
      }
      out.append(
          String.join(
              " & ",
              Latex.text(Text.shortened(Names.method(entry.trial()), 80)),
              Latex.text(Format.keepRate(entry.trial().configuration().keepRate())),
              accuracy(entry, Quality::top1),
              accuracy(entry, Quality::top5),
              macs(entry),
              throughput(entry)));
      out.append(" \\\\\n");
    }
    return out.append("\\bottomrule\n\\end{tabular}\n").toString();
  }

  private static String accuracy(Entry entry, Function<Quality, Interval> of) {
    return entry
        .quality()
        .map(of)
        .map(i -> "%s [%s]".formatted(Format.decimals(i.value(), 1), Latex.text(Format.bounds(i))))
        .orElse("--");
  }

  private static String macs(Entry entry) {
    return entry
        .quality()
        .map(
            quality ->
                Format.giga(quality.macs())
                    + (entry.macsShare().isPresent() && !entry.isBaseline()
                        ? " (%s\\%%)".formatted(change(entry.macsShare().getAsDouble() - 100))
                        : ""))
        .orElse("--");
  }

  private static String throughput(Entry entry) {
    return entry
        .throughput()
        .map(
            throughput ->
                Format.rate(throughput.imagesPerSecond().value())
                    + (entry.speedUp().isPresent() && !entry.isBaseline()
                        ? " (%s\\%%)".formatted(change(100 * (entry.speedUp().getAsDouble() - 1)))
                        : ""))
        .orElse("--");
  }

  private static String change(double percent) {
    String size = Format.decimals(Math.abs(percent), 0);
    return size.equals("0") ? "0" : (percent < 0 ? "$-$" : "+") + size;
  }

  /** The columns of timm's tables of results; errors are 100 less the accuracy. */
  static String timm(Section section) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Csv.line(
            "model",
            "img_size",
            "top1",
            "top1_err",
            "top5",
            "top5_err",
            "param_count",
            "infer_gmacs",
            "infer_samples_per_sec",
            "infer_batch_size"));
    for (Entry entry : section.measured()) {
      Configuration configuration = entry.trial().configuration();
      Quality quality = entry.quality().orElseThrow();
      Optional<Throughput> timed = entry.throughput();
      lines.add(
          Csv.line(
              Csv.text(timmName(entry)),
              String.valueOf(configuration.resolution()),
              percent(quality.top1().value()),
              percent(100 - quality.top1().value()),
              percent(quality.top5().value()),
              percent(100 - quality.top5().value()),
              Format.decimals(configuration.params() / 1e6, 2).replace(",", ""),
              Csv.number(quality.macs() / 1e9),
              timed.map(t -> Csv.number(t.imagesPerSecond().value())).orElse(""),
              timed.map(t -> String.valueOf(t.batchSize())).orElse("")));
    }
    return String.join("", lines);
  }

  private static String percent(double value) {
    return Format.decimals(value, 3);
  }

  /** As timm names weights: architecture, a dot, what was done to it. */
  private static String timmName(Entry entry) {
    String tag =
        entry.trial().configuration().keepRate().isPresent()
            ? " k" + Format.number(entry.trial().configuration().keepRate().getAsDouble())
            : "";
    return entry.trial().configuration().model()
        + "."
        + NO_NAME
            .matcher(Text.shortened(Names.method(entry.trial()), 80) + tag)
            .replaceAll("_")
            .replaceAll("^_|_$", "");
  }
}
