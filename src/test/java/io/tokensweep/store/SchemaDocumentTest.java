package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The written contract and the tables agree in names, types and order. */
class SchemaDocumentTest {
  private static final Path DOCUMENT = Path.of("docs/results-schema.md");

  private static final Pattern COLUMN = Pattern.compile("(\\w+) (\\w+)");
  private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\| (\\w+) ");

  private static List<String> lines;

  @BeforeAll
  static void read() throws IOException {
    Assumptions.assumeTrue(Files.isRegularFile(DOCUMENT), DOCUMENT + " is absent");
    lines = Files.readAllLines(DOCUMENT);
  }

  static Stream<Table<?>> tables() {
    return Stream.of(
        Tables.TRIALS, Tables.PREDICTIONS, Tables.LAYERS, Tables.TIMINGS, Tables.IMAGES);
  }

  @ParameterizedTest
  @MethodSource("tables")
  void theDocumentListsTheColumns(Table<?> table) {
    Map<String, String> declared = new LinkedHashMap<>();
    Matcher column = COLUMN.matcher(table.sparkSchema());
    while (column.find()) {
      declared.put(column.group(1), column.group(2).toLowerCase(Locale.ROOT));
    }
    Map<String, String> documented = documented(table.name());
    assertEquals(new ArrayList<>(declared.keySet()), new ArrayList<>(documented.keySet()));
    assertEquals(declared, documented);
  }

  @Test
  void theVersionIsTheSame() {
    assertTrue(lines.get(0).endsWith(" " + SchemaVersion.CURRENT), lines.get(0));
  }

  /** Column and type of each row of the first Markdown table below the heading. */
  private static Map<String, String> documented(String table) {
    int heading =
        IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).matches("#+ `?%s`?".formatted(table)))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no section " + table));
    Map<String, String> columns = new LinkedHashMap<>();
    for (String line : lines.subList(heading + 1, lines.size())) {
      if (line.startsWith("#")) {
        break;
      }
      Matcher row = ROW.matcher(line);
      if (row.find()) {
        columns.put(row.group(1), row.group(2));
      }
    }
    return columns;
  }
}
