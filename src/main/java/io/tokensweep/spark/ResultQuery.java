package io.tokensweep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.InvalidInputException;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.StoredFile;
import io.tokensweep.store.Table;
import io.tokensweep.store.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * SQL over the published results: the views runs, trials, predictions, layers, sources, timings,
 * latencies and images hold exactly what the manifests list, but for {@link QuarantineViews}.
 */
public final class ResultQuery implements AutoCloseable {
  private static final Pattern NEEDS_QUOTES = Pattern.compile("[\",\r\n]|^\\s|\\s$");
  private static final StructType RUNS =
      StructType.fromDDL(
          "run_id STRING, sweep STRING, started STRING, finished STRING, seconds DOUBLE,"
              + " git_commit STRING, git_dirty BOOLEAN, git_branch STRING, git_commit_time STRING,"
              + " code_version STRING, machine_class STRING, engine STRING, spark STRING,"
              + " master STRING, slots INT, threads_per_slot INT, sweep_sha256 STRING,"
              + " sweep_text STRING, measured INT, reused INT, images BIGINT");

  private final SparkSession session;
  private final Path root;
  private final List<StoredFile> files;
  private final ObjectMapper mapper = new ObjectMapper();

  private ResultQuery(SparkSession session, Path root, List<StoredFile> files) {
    this.session = session;
    this.root = root;
    this.files = files;
  }

  /**
   * Makes the views.
   *
   * @throws InvalidInputException if a file that a manifest lists is missing or damaged
   */
  public static ResultQuery open(ResultStore store) {
    List<Manifest> manifests = checked(store);
    List<StoredFile> files = manifests.stream().flatMap(m -> m.files().stream()).toList();
    SparkSession session = Sessions.start("results");
    try {
      session.createDataFrame(runs(manifests), RUNS).createOrReplaceTempView("runs");
      for (Table<?> table : Tables.ALL) {
        register(session, table, files, store.root());
      }
      QuarantineViews.apply(session, store.quarantine());
      return new ResultQuery(session, store.root(), files);
    } catch (RuntimeException e) {
      session.stop();
      throw e;
    }
  }

  /** What the manifests list, read again if files were merged meanwhile. */
  private static List<Manifest> checked(ResultStore store) {
    List<Manifest> manifests = store.manifests();
    try {
      manifests.forEach(store::check);
      return manifests;
    } catch (InvalidInputException e) {
      List<Manifest> now = store.manifests();
      if (now.equals(manifests)) {
        throw e;
      }
      now.forEach(store::check);
      return now;
    }
  }

  private static void register(
      SparkSession session, Table<?> table, List<StoredFile> files, Path root) {
    StructType schema = StructType.fromDDL(table.sparkSchema());
    String[] paths =
        files.stream()
            .filter(file -> file.path().startsWith(table.name() + "/"))
            .map(file -> literal(root.resolve(file.path())))
            .toArray(String[]::new);
    if (paths.length == 0) {
      session.createDataFrame(List.<Row>of(), schema).createOrReplaceTempView(table.name());
    } else {
      session.read().schema(schema).parquet(paths).createOrReplaceTempView(table.name());
    }
  }

  /** Spark takes paths for patterns. */
  private static String literal(Path file) {
    return file.toAbsolutePath().toString().replaceAll("[\\\\{}\\[\\]*?]", "\\\\$0");
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
      List<String> columns = distinct(frame.columns());
      List<Map<String, Object>> rows = new ArrayList<>();
      for (String row : frame.toDF(columns.toArray(String[]::new)).toJSON().collectAsList()) {
        rows.add(mapper.readValue(row, new com.fasterxml.jackson.core.type.TypeReference<>() {}));
      }
      return new Answer(mapper, columns, rows);
    } catch (Exception e) {
      throw explain(sql, e);
    }
  }

  /** The second column of a name gets its number, as rows are objects by column. */
  private static List<String> distinct(String[] columns) {
    Set<String> names = new LinkedHashSet<>();
    for (String column : columns) {
      String name = column;
      for (int number = 2; !names.add(name); number++) {
        name = column + "_" + number;
      }
    }
    return List.copyOf(names);
  }

  private InvalidInputException explain(String sql, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AnalysisException) {
        return new InvalidInputException(
            "SQL: %s in: %s".formatted(FailureReason.of(cause), sql), failure);
      }
      String message = String.valueOf(cause.getMessage());
      for (StoredFile file : files) {
        if (message.contains(file.path())) {
          return new InvalidInputException(
              "%s: not a readable Parquet file; restore it or remove its run's manifest from runs/"
                  .formatted(root.resolve(file.path())),
              failure);
        }
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

    /** Header and rows as RFC 4180 has them, lines end in LF; missing values are empty. */
    public String csv() {
      StringBuilder text = new StringBuilder();
      append(text, columns);
      rows.forEach(row -> append(text, columns.stream().map(row::get).map(this::cell).toList()));
      return text.toString();
    }

    /** A single empty field is quoted: readers take an empty line for none at all. */
    private static void append(StringBuilder text, List<String> fields) {
      String line = fields.stream().map(Answer::quoted).collect(Collectors.joining(","));
      text.append(line.isEmpty() ? "\"\"" : line).append('\n');
    }

    private String cell(Object value) {
      if (value == null) {
        return "";
      }
      return value instanceof String text ? text : mapper.valueToTree(value).toString();
    }

    private static String quoted(String field) {
      return NEEDS_QUOTES.matcher(field).find() ? '"' + field.replace("\"", "\"\"") + '"' : field;
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
