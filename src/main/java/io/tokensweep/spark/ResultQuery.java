package io.tokensweep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import io.tokensweep.InvalidInputException;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.StoredFile;
import io.tokensweep.store.Table;
import io.tokensweep.store.Tables;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * SQL over the published results: the views runs, trials, predictions, layers, timings and images
 * hold exactly what the manifests list.
 */
public final class ResultQuery implements AutoCloseable {
  private static final Pattern PARQUET_PATH = Pattern.compile("(?:file:)?(/[^\\s'\"]*\\.parquet)");
  private static final StructType RUNS =
      StructType.fromDDL(
          "run_id STRING, sweep STRING, started STRING, finished STRING, seconds DOUBLE,"
              + " git_commit STRING, git_dirty BOOLEAN, git_branch STRING, git_commit_time STRING,"
              + " code_version STRING, machine_class STRING, engine STRING, spark STRING,"
              + " master STRING, slots INT, threads_per_slot INT, sweep_sha256 STRING,"
              + " sweep_text STRING, measured INT, reused INT, images BIGINT");

  private final SparkSession session;
  private final ObjectMapper mapper = new ObjectMapper();

  private ResultQuery(SparkSession session) {
    this.session = session;
  }

  /**
   * Makes the views.
   *
   * @throws InvalidInputException if a file that a manifest lists is missing or damaged
   */
  public static ResultQuery open(ResultStore store) {
    List<Manifest> manifests = store.manifests();
    List<StoredFile> files = manifests.stream().flatMap(m -> m.files().stream()).toList();
    files.forEach(file -> check(store.root(), file));
    SparkSession session = Sessions.start("results");
    session.createDataFrame(runs(manifests), RUNS).createOrReplaceTempView("runs");
    for (Table<?> table :
        List.of(Tables.TRIALS, Tables.PREDICTIONS, Tables.LAYERS, Tables.TIMINGS, Tables.IMAGES)) {
      register(session, table, files, store.root());
    }
    return new ResultQuery(session);
  }

  private static void register(
      SparkSession session, Table<?> table, List<StoredFile> files, Path root) {
    StructType schema = StructType.fromDDL(table.sparkSchema());
    String[] paths =
        files.stream()
            .filter(file -> file.path().startsWith(table.name() + "/"))
            .map(file -> root.resolve(file.path()).toUri().toString())
            .toArray(String[]::new);
    if (paths.length == 0) {
      session.createDataFrame(List.<Row>of(), schema).createOrReplaceTempView(table.name());
    } else {
      session.read().schema(schema).parquet(paths).createOrReplaceTempView(table.name());
    }
  }

  private static void check(Path root, StoredFile file) {
    Path path = root.resolve(file.path());
    long bytes = Files.isRegularFile(path) ? path.toFile().length() : -1;
    if (bytes != file.bytes()) {
      throw new InvalidInputException(
          "%s: %s, the manifest says %d bytes; restore it or remove its run's manifest from runs/"
              .formatted(path, bytes < 0 ? "is missing" : "has " + bytes + " bytes", file.bytes()));
    }
  }

  private static List<Row> runs(List<Manifest> manifests) {
    return manifests.stream()
        .map(
            m ->
                RowFactory.create(
                    m.runId(),
                    m.sweep(),
                    m.started(),
                    m.finished(),
                    m.seconds(),
                    m.provenance().gitCommit(),
                    m.provenance().gitDirty(),
                    m.provenance().gitBranch(),
                    m.provenance().gitCommitTime(),
                    m.provenance().codeVersion(),
                    m.provenance().machineClass(),
                    m.provenance().engine(),
                    m.provenance().spark(),
                    m.provenance().master(),
                    m.provenance().slots(),
                    m.provenance().threadsPerSlot(),
                    m.provenance().sweepSha256(),
                    m.provenance().sweepText(),
                    m.measured().size(),
                    m.reused().size(),
                    m.imageCount()))
        .toList();
  }

  /**
   * Runs one query.
   *
   * @throws InvalidInputException if it is no SQL, names something that is not there, or meets a
   *     damaged file
   */
  public Answer run(String sql) {
    try {
      var frame = session.sql(sql);
      List<String> columns = List.of(frame.columns());
      List<Map<String, Object>> rows = new ArrayList<>();
      for (String row : frame.toJSON().collectAsList()) {
        rows.add(mapper.readValue(row, new com.fasterxml.jackson.core.type.TypeReference<>() {}));
      }
      return new Answer(mapper, columns, rows);
    } catch (Exception e) {
      throw explain(sql, e);
    }
  }

  private static InvalidInputException explain(String sql, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AnalysisException) {
        return new InvalidInputException(
            "SQL: %s in: %s".formatted(FailureReason.of(cause), sql), failure);
      }
      Matcher path = PARQUET_PATH.matcher(String.valueOf(cause.getMessage()));
      if (path.find()) {
        return new InvalidInputException(
            "%s: not a readable Parquet file; restore it or remove its run's manifest from runs/"
                .formatted(path.group(1)),
            failure);
      }
    }
    return new InvalidInputException(
        "SQL: %s in: %s".formatted(FailureReason.of(failure), sql), failure);
  }

  @Override
  public void close() {
    session.stop();
  }

  /** Columns and rows of a query. */
  public static final class Answer {
    private final ObjectMapper mapper;
    private final List<String> columns;
    private final List<Map<String, Object>> rows;

    private Answer(ObjectMapper mapper, List<String> columns, List<Map<String, Object>> rows) {
      this.mapper = mapper;
      this.columns = columns;
      this.rows = rows;
    }

    /** Header and rows as RFC 4180 has them; missing values are empty. */
    public String csv() {
      StringWriter text = new StringWriter();
      CsvWriterSettings settings = new CsvWriterSettings();
      settings.getFormat().setLineSeparator("\n");
      CsvWriter writer = new CsvWriter(text, settings);
      writer.writeHeaders(columns);
      for (Map<String, Object> row : rows) {
        writer.writeRow(columns.stream().map(row::get).toArray());
      }
      writer.close();
      return text.toString();
    }

    /** One object for each row. */
    public String jsonArray() {
      return rows.stream()
          .map(this::object)
          .map(Object::toString)
          .collect(Collectors.joining(",\n ", "[", "]"));
    }

    /** Columns and rows in one object on one line. */
    public String jsonObject() {
      ObjectNode json = mapper.createObjectNode();
      ArrayNode names = json.putArray("columns");
      columns.forEach(names::add);
      ArrayNode objects = json.putArray("rows");
      rows.forEach(row -> objects.add(object(row)));
      return json.toString();
    }

    /** All columns, a missing value as null. */
    private ObjectNode object(Map<String, Object> row) {
      ObjectNode object = mapper.createObjectNode();
      columns.forEach(column -> object.set(column, mapper.valueToTree(row.get(column))));
      return object;
    }
  }
}
