package io.tokensweep.spark;

import io.tokensweep.store.Quarantine;
import io.tokensweep.store.Quarantine.Entry;
import io.tokensweep.store.Quarantine.Lift;
import io.tokensweep.store.Tables;
import io.tokensweep.store.TrialRow.Status;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * What quarantine does to the views of SQL. In {@code trials} a row stays, with the status and the
 * reason; of one that has sessions of timing in quarantine, the figures of timing are null and the
 * reason is their warning. The other views leave rows in quarantine out. The view {@code
 * quarantine} has every record.
 */
final class QuarantineViews {
  private static final String VIEW = "quarantine";
  private static final String WARNING = "throughput_warning";
  private static final StructType RECORDS =
      StructType.fromDDL(
          "id STRING, run_id STRING, trials ARRAY<STRING>, sessions ARRAY<INT>, reason STRING,"
              + " author STRING, time STRING, lifted_reason STRING, lifted_author STRING,"
              + " lifted_time STRING");

  private QuarantineViews() {}

  static void apply(SparkSession session, Quarantine quarantine) {
    session
        .createDataFrame(
            quarantine.entries().stream().map(entry -> row(quarantine, entry)).toList(), RECORDS)
        .createOrReplaceTempView(VIEW);
    for (Entry entry : quarantine.active()) {
      mark(session, entry);
      Stream.of(Tables.PREDICTIONS, Tables.LAYERS, Tables.SOURCES)
          .filter(table -> entry.sessions().isEmpty())
          .forEach(table -> leaveOut(session, table.name(), of(entry)));
      Column timed =
          entry.sessions().isEmpty()
              ? of(entry)
              : of(entry).and(isIn("session", entry.sessions().toArray()));
      leaveOut(session, Tables.TIMINGS.name(), timed);
      leaveOut(session, Tables.LATENCIES.name(), timed);
    }
  }

  private static Column of(Entry entry) {
    Column run = functions.col("run_id").equalTo(entry.runId());
    return entry.trials().isEmpty() ? run : run.and(isIn("trial_id", entry.trials().toArray()));
  }

  private static Column isIn(String column, Object[] values) {
    return functions.col(column).isin(values);
  }

  /** A row without a session, of an older schema, is not of any that is named. */
  private static void leaveOut(SparkSession session, String view, Column rows) {
    session
        .table(view)
        .filter(functions.not(functions.coalesce(rows, functions.lit(false))))
        .createOrReplaceTempView(view);
  }

  private static void mark(SparkSession session, Entry entry) {
    Dataset<Row> trials = session.table(Tables.TRIALS.name());
    Column reason = functions.lit(entry.signed());
    List<Column> columns =
        Arrays.stream(trials.columns())
            .map(
                name ->
                    entry.sessions().isEmpty()
                        ? ended(name, of(entry), reason)
                        : untimed(name, of(entry), reason))
            .toList();
    trials.select(columns.toArray(Column[]::new)).createOrReplaceTempView(Tables.TRIALS.name());
  }

  private static Column ended(String name, Column row, Column reason) {
    Column before = functions.col(name);
    return switch (name) {
      case "status" ->
          functions.when(row, functions.lit(Status.QUARANTINED.key())).otherwise(before).as(name);
      case "error" -> functions.when(row, reason).otherwise(before).as(name);
      default -> before;
    };
  }

  private static Column untimed(String name, Column row, Column reason) {
    Column before = functions.col(name);
    if (name.equals(WARNING)) {
      Column timed = functions.col("throughput").isNotNull().or(before.isNotNull());
      return functions.when(row.and(timed), reason).otherwise(before).as(name);
    }
    return name.startsWith("throughput") || name.startsWith("latency")
        ? functions.when(row, functions.lit(null)).otherwise(before).as(name)
        : before;
  }

  private static Row row(Quarantine quarantine, Entry entry) {
    Lift none = new Lift(entry.id(), null, null, null);
    Lift lift = quarantine.lift(entry).orElse(none);
    return RowFactory.create(
        entry.id(),
        entry.runId(),
        entry.trials().toArray(String[]::new),
        entry.sessions().toArray(Integer[]::new),
        entry.reason(),
        entry.author(),
        entry.time(),
        lift.reason(),
        lift.author(),
        lift.time());
  }
}
