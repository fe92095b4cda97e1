package io.tokensweep.store;

import io.tokensweep.store.ParquetRows.Row;
import io.tokensweep.store.TrialRow.Configuration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The tables of the summary. {@code docs/results-schema.md} lists the same columns. */
final class SummaryTables {
  private SummaryTables() {}

  /** A trial and what it is. */
  record Described(String trialId, Configuration configuration) {}

  static final Table<SummaryRun> RUNS =
      Table.<SummaryRun>named("summary_runs")
          .text("run_id", SummaryRun::runId)
          .text("sweep", run -> run.head().sweep())
          .text("started", run -> run.head().started())
          .text("git_commit", run -> run.head().commit())
          .bool("git_dirty", run -> run.head().dirty())
          .text("git_branch", run -> run.head().branch())
          .text("git_commit_time", run -> run.head().commitTime())
          .text("machine_class", run -> run.head().machineClass())
          .int64("images", run -> run.head().images())
          .text("part", SummaryRun::part)
          .int32("trials", SummaryRun::trials)
          .int32("sessions", SummaryRun::sessions)
          .text("sources", SummaryRun::sources)
          .build();

  static final Table<SummaryTrial> TRIALS = trials();

  static final Table<SummarySession> SESSIONS = sessions();

  static final Table<Described> CONFIGURATIONS =
      Table.<Described>named("summary_configurations")
          .text("trial_id", Described::trialId)
          .text("model", row -> row.configuration().model())
          .text("checkpoint_sha256", row -> row.configuration().checkpoint())
          .optionalText("modules_sha256", row -> row.configuration().modules())
          .text("data_sha256", row -> row.configuration().data())
          .text("transform", row -> row.configuration().transform())
          .text("position_embedding", row -> row.configuration().positionEmbedding())
          .text("method", row -> row.configuration().method())
          .text("parameters", row -> row.configuration().parameters())
          .optionalFloat64("keep_rate", row -> row.configuration().keepRate())
          .int32("resolution", row -> row.configuration().resolution())
          .text("precision", row -> row.configuration().precision())
          .text("sites", row -> row.configuration().sites().toString().replace(" ", ""))
          .int64("params", row -> row.configuration().params())
          .build();

  /** All of them. */
  static final List<Table<?>> ALL = List.of(RUNS, TRIALS, SESSIONS, CONFIGURATIONS);

  private static Table<SummaryTrial> trials() {
    Table.Builder<SummaryTrial> table =
        Table.<SummaryTrial>named("summary_trials")
            .text("run_id", SummaryTrial::runId)
            .text("trial_id", SummaryTrial::trialId)
            .text("status", row -> row.status().key());
    measured(table, "images", SummaryTrial::images);
    measured(table, "top1", SummaryTrial::top1);
    measured(table, "top5", SummaryTrial::top5);
    measured(table, "loss", SummaryTrial::loss);
    measured(table, "diversity_medoid", SummaryTrial::diversity);
    measured(table, "macs", SummaryTrial::macs);
    measured(table, "params", SummaryTrial::params);
    table
        .text("tokens", SummaryTrial::tokens)
        .text("prediction_digest", SummaryTrial::digest)
        .int32("quality_batch_size", SummaryTrial::qualityBatch);
    measured(table, "throughput", SummaryTrial::throughput);
    measured(table, "latency_p50", SummaryTrial::latency);
    measured(table, "throughput_memory", SummaryTrial::memory);
    measured(table, "throughput_limit", SummaryTrial::limit);
    return table
        .int32("throughput_batch_size", SummaryTrial::timedBatch)
        .int32("throughput_threads", SummaryTrial::threads)
        .build();
  }

  private static Table<SummarySession> sessions() {
    Table.Builder<SummarySession> table =
        Table.<SummarySession>named("summary_sessions")
            .text("run_id", SummarySession::runId)
            .text("trial_id", SummarySession::trialId)
            .text("unit_id", SummarySession::unitId)
            .int32("session", SummarySession::session)
            .text("baseline_id", SummarySession::baselineId);
    measured(table, "batch_seconds", SummarySession::batch);
    measured(table, "batch_baseline", SummarySession::batchBaseline);
    measured(table, "image_seconds", SummarySession::image);
    measured(table, "image_baseline", SummarySession::imageBaseline);
    table
        .int32("throughput_batch_size", SummarySession::timedBatch)
        .int32("throughput_threads", SummarySession::threads);
    measured(table, "throughput_limit", SummarySession::limit);
    return table.build();
  }

  private static <T> void measured(
      Table.Builder<T> table, String column, ToDoubleFunction<T> value) {
    table.float64If(column, row -> !Double.isNaN(value.applyAsDouble(row)), value);
  }

  static SummaryRun run(Row row) {
    return new SummaryRun(
        new RunHead(
            row.text("run_id"),
            row.text("sweep"),
            row.text("started"),
            row.text("git_commit"),
            row.bool("git_dirty"),
            row.text("git_branch"),
            row.text("git_commit_time"),
            row.text("machine_class"),
            row.int64("images")),
        row.text("part"),
        row.int32("trials"),
        row.int32("sessions"),
        row.text("sources"));
  }

  static SummaryTrial trial(FlatRows.Cells cells) {
    return new SummaryTrial(
        cells.text(0),
        cells.text(1),
        TrialRow.Status.valueOf(cells.text(2).toUpperCase(Locale.ROOT)),
        cells.number(3),
        cells.number(4),
        cells.number(5),
        cells.number(6),
        cells.number(7),
        cells.number(8),
        cells.number(9),
        cells.text(10),
        cells.text(11),
        (int) cells.number(12),
        cells.number(13),
        cells.number(14),
        cells.number(15),
        cells.number(16),
        (int) cells.number(17),
        (int) cells.number(18));
  }

  static SummarySession session(FlatRows.Cells cells) {
    return new SummarySession(
        cells.text(0),
        cells.text(1),
        cells.text(2),
        (int) cells.number(3),
        cells.text(4),
        cells.number(5),
        cells.number(6),
        cells.number(7),
        cells.number(8),
        (int) cells.number(9),
        (int) cells.number(10),
        cells.number(11));
  }

  static Described described(Row row) {
    return new Described(
        row.text("trial_id"),
        new Configuration(
            row.text("model"),
            row.text("checkpoint_sha256"),
            row.optionalText("modules_sha256"),
            row.text("data_sha256"),
            row.text("transform"),
            row.text("position_embedding"),
            row.text("method"),
            row.text("parameters"),
            row.has("keep_rate")
                ? OptionalDouble.of(row.real("keep_rate"))
                : OptionalDouble.empty(),
            row.int32("resolution"),
            row.text("precision"),
            List.of(row.json("sites", Integer[].class)),
            row.int64("params")));
  }
}
