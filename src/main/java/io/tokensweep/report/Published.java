package io.tokensweep.report;

import com.univocity.parsers.common.record.Record;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A row that a paper prints, of the reference table {@code published.csv}. The figures are the
 * papers': on ImageNet's validation set and their own hardware, mostly with weights trained for the
 * method. Each has the digits that are printed.
 *
 * @param row number in the reference table, from 1
 * @param table such as {@code Table 1}
 * @param method as the paper calls it; {@code baseline} is the unreduced network
 * @param strategy variant of the method; may be empty
 * @param keepRate empty if it is not printed
 * @param resolution pixels; empty if it is not printed, then 224
 * @param top1 percent, like {@code top1Delta} (points against what the paper compares with) and
 *     {@code top5}
 * @param macs giga multiply-accumulates of one image
 * @param macsDelta percent, against what the paper compares with
 * @param params millions
 * @param throughput images per second on {@code hardware}; {@code throughputDelta} in percent
 * @param hardware empty if it is not printed
 * @param setting training, such as {@code off the shelf}; may be empty
 * @param remark what else has to be known; may be empty
 */
record Published(
    int row,
    Paper paper,
    String table,
    String model,
    String method,
    String strategy,
    OptionalDouble keepRate,
    OptionalInt resolution,
    Optional<BigDecimal> top1,
    Optional<BigDecimal> top1Delta,
    Optional<BigDecimal> top5,
    Optional<BigDecimal> macs,
    Optional<BigDecimal> macsDelta,
    Optional<BigDecimal> params,
    Optional<BigDecimal> throughput,
    Optional<BigDecimal> throughputDelta,
    String hardware,
    String setting,
    String remark) {

  /** Where figures are printed. */
  enum Paper {
    BAT("Long et al. 2023, Beyond Attentive Tokens"),
    EVIT("Liang et al. 2022, EViT (poster)"),
    PPT("Wu et al. 2023, PPT");

    private final String title;

    Paper(String title) {
      this.title = title;
    }

    /** Authors, year and name. */
    String title() {
      return title;
    }
  }

  private static final String FILE = "published.csv";
  private static final List<Published> ALL = read();

  /** The whole reference table, in its order. */
  static List<Published> all() {
    return ALL;
  }

  /** The rows of one table of a paper, in its order. */
  static List<Published> of(Paper paper, String table) {
    return ALL.stream().filter(row -> row.paper == paper && row.table.equals(table)).toList();
  }

  /** Whether this is the unreduced network. */
  boolean isBaseline() {
    return method.equals("baseline");
  }

  private static List<Published> read() {
    CsvParserSettings settings = new CsvParserSettings();
    settings.setHeaderExtractionEnabled(true);
    settings.setNullValue("");
    try (InputStream stream = Published.class.getResourceAsStream(FILE)) {
      if (stream == null) {
        throw new IllegalStateException(FILE + " is missing from the classpath");
      }
      return new CsvParser(settings)
          .parseAllRecords(stream, StandardCharsets.UTF_8).stream().map(Published::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Published of(Record row) {
    String resolution = row.getString("resolution");
    return new Published(
        Integer.parseInt(row.getString("row")),
        paper(row.getString("paper")),
        row.getString("table"),
        row.getString("model"),
        row.getString("method"),
        row.getString("strategy"),
        number(row, "keep_rate")
            .map(rate -> OptionalDouble.of(rate.doubleValue()))
            .orElse(OptionalDouble.empty()),
        resolution.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(resolution)),
        number(row, "top1"),
        number(row, "top1_delta"),
        number(row, "top5"),
        number(row, "macs_g"),
        number(row, "macs_delta_percent"),
        number(row, "params_m"),
        number(row, "throughput"),
        number(row, "throughput_delta_percent"),
        row.getString("hardware"),
        row.getString("setting"),
        row.getString("remark"));
  }

  private static Paper paper(String text) {
    return switch (text) {
      case "BAT" -> Paper.BAT;
      case "EViT" -> Paper.EVIT;
      case "PPT" -> Paper.PPT;
      default -> throw new IllegalStateException(FILE + " names the paper " + text);
    };
  }

  private static Optional<BigDecimal> number(Record row, String column) {
    return Optional.of(row.getString(column)).filter(text -> !text.isEmpty()).map(BigDecimal::new);
  }
}
