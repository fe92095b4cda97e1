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
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The written contract and the tables agree in names, types and order. */
class SchemaDocumentTest {
  private static final Path DOCUMENT = Path.of("docs/results-schema.md");

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
    for (String column : table.sparkSchema().split(", ")) {
      int space = column.indexOf(' ');
      declared.put(
          column.substring(0, space), column.substring(space + 1).toLowerCase(Locale.ROOT));
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
        java.util.stream.IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).matches("#+ `?%s`?".formatted(table)))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no section " + table));
    Map<String, String> columns = new LinkedHashMap<>();
    for (String line : lines.subList(heading + 1, lines.size())) {
      if (line.startsWith("#")) {
        break;
      }
      if (line.startsWith("| `")) {
        String[] cells = line.split("\\|");
        columns.put(cells[1].strip().replace("`", ""), cells[2].strip().replace("`", ""));
      }
    }
    return columns;
  }
}
