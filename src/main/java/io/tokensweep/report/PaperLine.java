package io.tokensweep.report;

import com.univocity.parsers.common.record.Record;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.tokensweep.reduction.Methods;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * A line of a view: a printed row, a configuration, or both.
 *
 * @param published row of the reference table; empty if the paper prints no figure
 * @param label what the line is about
 * @param method in the registry; empty if nothing here corresponds to it
 * @param parameters those that are not at their default; {@code *} stands for any value
 * @param keepRate empty for any
 * @param note what else has to be known; may be empty
 */
record PaperLine(
    Optional<Published> published,
    String label,
    String method,
    Map<String, String> parameters,
    OptionalDouble keepRate,
    String note) {
  private static final String FILE = "paper-views.csv";
  private static final String ANY = "*";
  private static final Map<String, List<PaperLine>> ALL = read();

  static List<PaperLine> of(PaperView view) {
    return ALL.getOrDefault(view.key(), List.of());
  }

  /** Names of all views of the file. */
  static Set<String> views() {
    return ALL.keySet();
  }

  /** Pixels of the printed row, 224 where none are printed. */
  int resolution() {
    return published
        .map(row -> row.resolution().orElse(PaperModels.RESOLUTION))
        .orElse(PaperModels.RESOLUTION);
  }

  /**
   * Whether these are the parameters of the line.
   *
   * @param values of a trial, defaults filled in
   */
  boolean accepts(Map<String, Object> values) {
    for (String changed : Methods.changed(method, values).keySet()) {
      if (!parameters.containsKey(changed)) {
        return false;
      }
    }
    return parameters.entrySet().stream()
        .allMatch(
            wanted ->
                wanted.getValue().equals(ANY)
                    || wanted.getValue().equals(String.valueOf(values.get(wanted.getKey()))));
  }

  private static Map<String, List<PaperLine>> read() {
    CsvParserSettings settings = new CsvParserSettings();
    settings.setHeaderExtractionEnabled(true);
    settings.setNullValue("");
    try (InputStream stream = PaperLine.class.getResourceAsStream(FILE)) {
      if (stream == null) {
        throw new IllegalStateException(FILE + " is missing from the classpath");
      }
      Map<String, List<PaperLine>> lines = new TreeMap<>();
      for (Record row : new CsvParser(settings).parseAllRecords(stream, StandardCharsets.UTF_8)) {
        lines.computeIfAbsent(row.getString("view"), absent -> new ArrayList<>()).add(of(row));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PaperLine of(Record row) {
    String published = row.getString("published");
    String keepRate = row.getString("keep_rate");
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : row.getString("parameters").split(";", 0)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return new PaperLine(
        published.isEmpty()
            ? Optional.empty()
            : Optional.of(Published.all().get(Integer.parseInt(published) - 1)),
        row.getString("label"),
        row.getString("method"),
        parameters,
        keepRate.isEmpty() || keepRate.equals(ANY)
            ? OptionalDouble.empty()
            : OptionalDouble.of(Double.parseDouble(keepRate)),
        row.getString("note"));
  }
}
