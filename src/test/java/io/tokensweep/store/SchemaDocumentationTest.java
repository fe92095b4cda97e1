package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.parquet.schema.Type.Repetition;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/results-schema.md} is what is written, and its SQL reads it. */
class SchemaDocumentationTest {
  private static final Path SCHEMA = Path.of("docs/results-schema.md");
  private static final List<Path> DOCUMENTS =
      List.of(SCHEMA, Path.of("README.md"), Path.of("notebooks/README.md"));
  private static final Pattern SQL = Pattern.compile("(?ms)^```sql\n(.*?)^```$");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(\\w+)` \\| ([\\w<>]+) \\| (yes|no) \\|");

  /** A column as {@code name type null}. */
  private static List<String> documented(String table) throws IOException {
    String text = Files.readString(SCHEMA);
    int start = text.indexOf("\n## " + table + "\n");
    assertTrue(start >= 0, table);
    return ROW.matcher(text.substring(start + 1, text.indexOf("\n## ", start + 1)))
        .results()
        .map(SchemaDocumentationTest::column)
        .toList();
  }

  private static String column(MatchResult row) {
    return "%s %s %s".formatted(row.group(1), row.group(2), row.group(3));
  }

  private static List<String> written(Table<?> table) {
    String[] types = table.sparkSchema().toLowerCase(Locale.ROOT).split(", ", -1);
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      boolean optional = table.schema().getType(i).isRepetition(Repetition.OPTIONAL);
      columns.add(types[i] + (optional ? " yes" : " no"));
    }
    return columns;
  }

  @TestFactory
  Stream<DynamicTest> everyTableHasItsColumnsInOrder() {
    return Stream.concat(Tables.ALL.stream(), SummaryTables.ALL.stream())
        .map(
            table ->
                DynamicTest.dynamicTest(
                    table.name(),
                    () -> assertEquals(documented(table.name()), written(table), table.name())));
  }

  @Test
  void theVersionIsTheCurrentOne() throws IOException {
    assertEquals(
        "# Results schema " + SchemaVersion.CURRENT,
        Files.readString(SCHEMA).lines().findFirst().orElseThrow());
  }

  @Test
  void duckDbRunsEveryStatement(@TempDir Path results) throws Exception {
    writeRun(results);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      for (Path document : DOCUMENTS) {
        for (String sql : statements(document)) {
          String here = sql.replace("'results/", "'" + results + "/");
          assertTrue(!statement.execute(here) || hasRow(statement), sql);
        }
      }
    }
  }

  private static boolean hasRow(Statement statement) throws SQLException {
    try (ResultSet rows = statement.getResultSet()) {
      return rows.next();
    }
  }

  private static List<String> statements(Path document) throws IOException {
    List<String> statements =
        SQL.matcher(Files.readString(document))
            .results()
            .flatMap(block -> Arrays.stream(block.group(1).split(";\n", -1)))
            .filter(sql -> !sql.isBlank())
            .toList();
    assertTrue(!statements.isEmpty(), document::toString);
    return statements;
  }

  /** A finished run: the unreduced network, right on its image, and a method that is wrong. */
  private static void writeRun(Path results) throws IOException {
    try (OpenRun run = ResultStore.create(results).begin("work", () -> {}).orElseThrow()) {
      write(Tables.TRIALS, run.runFile("trials"), List.of(trial(run, "none"), trial(run, "evit")));
      write(
          Tables.IMAGES,
          run.runFile("images"),
          List.of(new ImageRow(run.runId(), "a.jpg", 3, Optional.of("0"), Optional.empty())));
      Path attempt = run.newAttempt("unit");
      write(
          Tables.PREDICTIONS,
          attempt.resolve("predictions/part-0.parquet"),
          List.of(prediction(run, "none", 3), prediction(run, "evit", 4)));
      LayerRow.Range five = new LayerRow.Range(5, 5, 5);
      write(
          Tables.LAYERS,
          attempt.resolve("layers/part-0.parquet"),
          List.of(
              new LayerRow(
                  run.runId(),
                  "none",
                  "unit",
                  0,
                  1,
                  five,
                  five,
                  five,
                  new LayerRow.Work(100, 5, 1, 0),
                  Optional.of(new LayerRow.Spread(1, 1, 1, 1)),
                  Optional.empty(),
                  Optional.empty())));
      write(
          Tables.SOURCES,
          attempt.resolve("sources/part-0.parquet"),
          List.of(new SourceRow(run.runId(), "evit", "a.jpg", 0, 2, new int[] {0, -1, 1, -1})));
      write(Tables.TIMINGS, attempt.resolve("timings/part-0.parquet"), List.of(timing(run, 8)));
      write(Tables.LATENCIES, attempt.resolve("latencies/part-0.parquet"), List.of(timing(run, 1)));
      run.commit(attempt, UnitCommit.ofThroughput("unit", List.of()));
      run.publish(manifest(run));
      ResultStore store = ResultStore.existing(results);
      store.quarantine(run.runId(), List.of(), List.of(), "throttled", "someone");
      String entry = ResultStore.existing(results).quarantine().active().get(0).id();
      ResultStore.existing(results).lift(entry, "it was another", "someone");
    }
  }

  private static <T> void write(Table<T> table, Path file, List<T> rows) throws IOException {
    try (TableWriter<T> writer = new TableWriter<>(table, file)) {
      rows.forEach(writer::write);
    }
  }

  private static TrialRow trial(OpenRun run, String method) {
    TrialRow.Interval half = new TrialRow.Interval(50, 40, 60);
    return new TrialRow(
        run.runId(),
        method,
        new TrialRow.Configuration(
            "vit_custom",
            "c",
            Optional.of("m"),
            "d",
            "{}",
            "bicubic",
            method,
            "{}",
            method.equals("none") ? OptionalDouble.empty() : OptionalDouble.of(0.5),
            64,
            "fp32",
            List.of(3),
            1000),
        TrialRow.Status.OK,
        Optional.empty(),
        Optional.of(
            new TrialRow.Quality(
                1,
                0,
                1,
                1,
                half,
                half,
                1,
                100,
                OptionalLong.of(0),
                List.of(5.0),
                new TrialRow.Diversity(1, 1, 1, 1),
                0,
                1,
                "digest")),
        Optional.of(
            new TrialRow.Throughput(
                half,
                8,
                1,
                1,
                Optional.of(
                    new TrialRow.Timing(
                        half,
                        Optional.of(half),
                        Optional.of(new TrialRow.Latency(1, 2, 3, 4)),
                        1,
                        3,
                        Optional.of(true),
                        OptionalLong.of(1 << 20),
                        1e9,
                        OptionalDouble.of(1e10),
                        Optional.of("doubt"),
                        new TrialRow.Audited(8, 0))))));
  }

  private static TimingRow timing(OpenRun run, int batchSize) {
    return new TimingRow(
        run.runId(),
        "none",
        "unit",
        new TimingRow.Turn(0, 0, 0, true),
        batchSize,
        1,
        0.5,
        OptionalLong.of(1 << 20),
        TimingRow.Conditions.UNKNOWN);
  }

  private static PredictionRow prediction(OpenRun run, String trialId, int predicted) {
    return new PredictionRow(
        run.runId(), trialId, "a.jpg", 3, new int[] {predicted}, new float[] {1}, 1, 100, 5, 1, 1);
  }

  private static Manifest manifest(OpenRun run) {
    return new Manifest(
        SchemaVersion.CURRENT,
        run.runId(),
        "sweep",
        run.started(),
        run.started(),
        1,
        "{}",
        new Provenance(
            "0", "c", false, "b", "t", "c", "m", "e", "j", "s", "local", 1, 1, "h", "", List.of()),
        List.of(new Manifest.TrialStatus("none", TrialRow.Status.OK)),
        List.of(),
        "data",
        1,
        run.files());
  }
}
