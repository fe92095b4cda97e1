package io.tokensweep.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads a results folder with none of our code: DuckDB over file patterns. */
public final class Duck {
  private static final List<String> UNIT_TABLES =
      List.of("predictions", "layers", "sources", "timings", "latencies");

  /** Columns of the trials table that are about time and no times. */
  private static final String COUNTED =
      "('throughput_batch_size', 'throughput_threads', 'throughput_batches', 'latency_passes',"
          + " 'throughput_sessions')";

  private Duck() {}

  /** Rows of a query in which each table of the store, and runs, can be named. */
  public static List<List<Object>> query(Path results, String sql) {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      for (String table : UNIT_TABLES) {
        view(statement, table, "read_parquet('%s/%s/*/*/*.parquet')".formatted(results, table));
      }
      for (String table : List.of("trials", "images")) {
        view(statement, table, "read_parquet('%s/%s/*/*.parquet')".formatted(results, table));
      }
      view(statement, "runs", "read_json('%s/runs/*.json')".formatted(results));
      try (ResultSet rows = statement.executeQuery(sql)) {
        return rows(rows);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The only cell of a query's only row. */
  public static Object cell(Path results, String sql) {
    return query(results, sql).get(0).get(0);
  }

  public static long count(Path results, String table) {
    return (Long) cell(results, "select count(*) from " + table);
  }

  /** What must not depend on who measured when: all rows, without run ids and times. */
  public static List<List<List<Object>>> contents(Path results) {
    return List.of(
        query(
            results,
            "select columns(c -> c not in ('run_id', 'run')"
                + " and (not regexp_matches(c, '^(throughput|latency)') or c in "
                + COUNTED
                + ")) from trials order by trial_id"),
        query(results, "select * exclude (run_id, run) from predictions order by trial_id, image"),
        query(
            results,
            "select * exclude (run_id, run) from layers order by trial_id, unit_id, block"),
        query(
            results,
            "select * exclude (run_id, run) replace (source::varchar as source) from sources"
                + " order by trial_id, image, block"),
        query(
            results,
            "select trial_id, unit_id, session, round, position, baseline,"
                + " batch_size, threads from timings"
                + " order by trial_id, round"),
        query(
            results,
            "select * exclude (run_id, run, seconds) from latencies order by trial_id, round"),
        query(results, "select * exclude (run_id, run) from images order by image"));
  }

  private static void view(Statement statement, String name, String source) throws SQLException {
    if (hasFiles(statement, source)) {
      statement.execute("create view %s as select * from %s".formatted(name, source));
    }
  }

  private static boolean hasFiles(Statement statement, String source) throws SQLException {
    String pattern = source.substring(source.indexOf('\''), source.lastIndexOf('\'') + 1);
    try (ResultSet found = statement.executeQuery("select count(*) from glob(" + pattern + ")")) {
      return found.next() && found.getLong(1) > 0;
    }
  }

  private static List<List<Object>> rows(ResultSet result) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      List<Object> row = new ArrayList<>();
      for (int column = 1; column <= columns; column++) {
        row.add(result.getObject(column));
      }
      rows.add(row);
    }
    return rows;
  }
}
