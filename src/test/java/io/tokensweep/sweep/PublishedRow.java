package io.tokensweep.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A row of the reference table that has a figure for multiply-accumulates.
 *
 * @param strategy variant of the method; may be empty
 * @param keepRate empty if the paper does not print it
 * @param table where it is printed
 * @param isClaim whether it is a sentence of the text, not a row of a table
 * @param printed giga multiply-accumulates as the paper writes them
 */
record PublishedRow(
    String id,
    String model,
    String method,
    String strategy,
    OptionalDouble keepRate,
    int resolution,
    String table,
    boolean isClaim,
    String printed) {

  private static final int USUAL_RESOLUTION = 224;

  /** All rows with such a figure, in the order of the file. */
  static List<PublishedRow> read(Path csv) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    String[] header = lines.get(0).split(",", -1);
    List<PublishedRow> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < header.length; i++) {
        row.put(header[i], cells[i]);
      }
      if (!row.get("macs_g").isEmpty()) {
        rows.add(of(row));
      }
    }
    return rows;
  }

  private static PublishedRow of(Map<String, String> row) {
    String keepRate = row.get("keep_rate");
    String resolution = row.get("resolution");
    return new PublishedRow(
        row.get("row_id"),
        row.get("model"),
        row.get("method"),
        row.get("strategy"),
        keepRate.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(Double.parseDouble(keepRate)),
        resolution.isEmpty() ? USUAL_RESOLUTION : Integer.parseInt(resolution),
        row.get("table"),
        row.get("kind").equals("claim"),
        row.get("macs_g"));
  }
}
