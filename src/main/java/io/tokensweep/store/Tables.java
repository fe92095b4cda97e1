package io.tokensweep.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The tables of the store. {@code docs/results-schema.md} lists the same columns with units. */
public final class Tables {
  private Tables() {}

  /** One row per (trial, image). */
  public static final Table<PredictionRow> PREDICTIONS = predictions();

  /** One row per (trial, block, unit). */
  public static final Table<LayerRow> LAYERS =
      Table.<LayerRow>named("layers")
          .text("run_id", LayerRow::runId)
          .text("trial_id", LayerRow::trialId)
          .text("unit_id", LayerRow::unitId)
          .int32("block", LayerRow::block)
          .int32("images", LayerRow::images)
          .float64("tokens_attended", row -> row.attended().mean())
          .int32("tokens_attended_min", row -> row.attended().least())
          .int32("tokens_attended_max", row -> row.attended().most())
          .float64("tokens_forwarded", row -> row.forwarded().mean())
          .int32("tokens_forwarded_min", row -> row.forwarded().least())
          .int32("tokens_forwarded_max", row -> row.forwarded().most())
          .float64("tokens_left", row -> row.left().mean())
          .int32("tokens_left_min", row -> row.left().least())
          .int32("tokens_left_max", row -> row.left().most())
          .float64("macs", row -> row.work().macs())
          .float64("attention_rows", row -> row.work().rows())
          .float64("attention_heads", row -> row.work().heads())
          .float64("macs_overhead", row -> row.work().macsOverhead())
          .optionalFloat64("significance_variance", row -> spread(row, LayerRow.Spread::mean))
          .optionalFloat64("significance_variance_p10", row -> spread(row, LayerRow.Spread::p10))
          .optionalFloat64("significance_variance_p50", row -> spread(row, LayerRow.Spread::p50))
          .optionalFloat64("significance_variance_p90", row -> spread(row, LayerRow.Spread::p90))
          .optionalText("policies", LayerRow::policies)
          .optionalFloat64(
              "diversity_medoid_before", row -> change(row, LayerRow.Change::medoidBefore))
          .optionalFloat64(
              "diversity_median_before", row -> change(row, LayerRow.Change::medianBefore))
          .optionalFloat64(
              "diversity_medoid_after", row -> change(row, LayerRow.Change::medoidAfter))
          .optionalFloat64(
              "diversity_median_after", row -> change(row, LayerRow.Change::medianAfter))
          .build();

  /** One row per (trial, image, block that changes tokens), where recording was asked for. */
  public static final Table<SourceRow> SOURCES =
      Table.<SourceRow>named("sources")
          .text("run_id", SourceRow::runId)
          .text("trial_id", SourceRow::trialId)
          .text("image", SourceRow::image)
          .int32("block", SourceRow::block)
          .int32("tokens", SourceRow::tokens)
          .int32List("source", SourceRow::sources)
          .build();

  /** One row per timed batch. */
  public static final Table<TimingRow> TIMINGS =
      Table.<TimingRow>named("timings")
          .text("run_id", TimingRow::runId)
          .text("trial_id", TimingRow::trialId)
          .text("unit_id", TimingRow::unitId)
          .int32("round", row -> row.turn().round())
          .int32("position", row -> row.turn().position())
          .int32("batch_size", TimingRow::batchSize)
          .int32("threads", TimingRow::threads)
          .float64("seconds", TimingRow::seconds)
          .float64("images_per_second", TimingRow::imagesPerSecond)
          .int32("session", row -> row.turn().session())
          .bool("baseline", row -> row.turn().baseline())
          .optionalFloat64("cpu_mhz", row -> row.conditions().cpuMegahertz())
          .optionalFloat64("cpu_celsius", row -> row.conditions().cpuCelsius())
          .int64If(
              "cpu_throttles",
              row -> row.conditions().cpuThrottles().isPresent(),
              row -> row.conditions().cpuThrottles().orElseThrow())
          .optionalFloat64("other_load", row -> row.conditions().otherLoad())
          .optionalFloat64("load_average", row -> row.conditions().loadAverage())
          .optionalFloat64("quota_seconds", row -> row.conditions().quotaSeconds())
          .optionalFloat64("gpu_mhz", row -> row.conditions().gpu().megahertz())
          .optionalFloat64("gpu_memory_mhz", row -> row.conditions().gpu().memoryMegahertz())
          .optionalFloat64("gpu_celsius", row -> row.conditions().gpu().celsius())
          .optionalFloat64("gpu_utilisation", row -> row.conditions().gpu().utilisation())
          .optionalText("gpu_slowdowns", row -> row.conditions().gpu().slowdowns())
          .int32If(
              "gpu_other_processes",
              row -> row.conditions().gpu().otherProcesses().isPresent(),
              row -> row.conditions().gpu().otherProcesses().orElseThrow())
          .int64If("memory", row -> row.memory().isPresent(), row -> row.memory().orElseThrow())
          .build();

  /** One row per timed forward pass of one image. */
  public static final Table<TimingRow> LATENCIES =
      Table.<TimingRow>named("latencies")
          .text("run_id", TimingRow::runId)
          .text("trial_id", TimingRow::trialId)
          .text("unit_id", TimingRow::unitId)
          .int32("session", row -> row.turn().session())
          .int32("round", row -> row.turn().round())
          .int32("position", row -> row.turn().position())
          .bool("baseline", row -> row.turn().baseline())
          .int32("threads", TimingRow::threads)
          .float64("seconds", TimingRow::seconds)
          .build();

  /** One row per image of the data set. */
  public static final Table<ImageRow> IMAGES =
      Table.<ImageRow>named("images")
          .text("run_id", ImageRow::runId)
          .text("image", ImageRow::image)
          .int32("label", ImageRow::label)
          .optionalText("sha256", ImageRow::contentHash)
          .text("status", row -> row.error().isEmpty() ? "ok" : "error")
          .optionalText("error", ImageRow::error)
          .build();

  /** One row per trial. */
  public static final Table<TrialRow> TRIALS = trials();

  /** All of them. */
  public static final List<Table<?>> ALL =
      List.of(TRIALS, PREDICTIONS, LAYERS, SOURCES, TIMINGS, LATENCIES, IMAGES);

  private static OptionalDouble spread(LayerRow row, ToDoubleFunction<LayerRow.Spread> part) {
    return row.significance().stream().mapToDouble(part).findFirst();
  }

  private static OptionalDouble change(LayerRow row, ToDoubleFunction<LayerRow.Change> part) {
    return row.diversity().stream().mapToDouble(part).findFirst();
  }

  private static Table<PredictionRow> predictions() {
    Table.Builder<PredictionRow> table =
        Table.<PredictionRow>named("predictions")
            .text("run_id", PredictionRow::runId)
            .text("trial_id", PredictionRow::trialId)
            .text("image", PredictionRow::image)
            .int32("label", PredictionRow::label);
    for (int rank = 0; rank < 5; rank++) {
      int k = rank;
      table.int32If("pred" + (k + 1), row -> row.classes().length > k, row -> row.classes()[k]);
    }
    for (int rank = 0; rank < 5; rank++) {
      int k = rank;
      table.float32If("logit" + (k + 1), row -> row.logits().length > k, row -> row.logits()[k]);
    }
    return table
        .float64("loss", PredictionRow::loss)
        .bool("correct1", PredictionRow::correct1)
        .bool("correct5", PredictionRow::correct5)
        .int64("macs", PredictionRow::macs)
        .int32("tokens", PredictionRow::tokens)
        .float64("diversity_medoid", PredictionRow::diversityMedoid)
        .float64("diversity_median", PredictionRow::diversityMedian)
        .build();
  }

  private static Table<TrialRow> trials() {
    Table.Builder<TrialRow> table =
        Table.<TrialRow>named("trials")
            .text("run_id", TrialRow::runId)
            .text("trial_id", TrialRow::trialId)
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
            .text("status", row -> row.status().key())
            .optionalText("error", TrialRow::error);
    quality(table);
    throughput(table);
    return table.build();
  }

  private static void quality(Table.Builder<TrialRow> table) {
    whole(table, "images", TrialRow.Quality::images);
    whole(table, "images_failed", TrialRow.Quality::imagesFailed);
    whole(table, "correct1", TrialRow.Quality::correct1);
    whole(table, "correct5", TrialRow.Quality::correct5);
    real(table, "top1", q -> q.top1().value());
    real(table, "top1_low", q -> q.top1().low());
    real(table, "top1_high", q -> q.top1().high());
    real(table, "top5", q -> q.top5().value());
    real(table, "top5_low", q -> q.top5().low());
    real(table, "top5_high", q -> q.top5().high());
    real(table, "loss", TrialRow.Quality::loss);
    whole(table, "macs", TrialRow.Quality::macs);
    table.int64If(
        "macs_overhead",
        row -> row.quality().isPresent() && row.quality().get().macsOverhead().isPresent(),
        row -> row.quality().orElseThrow().macsOverhead().orElseThrow());
    words(
        table,
        "tokens",
        q -> q.tokens().stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]")));
    real(table, "diversity_medoid", q -> q.diversity().medoid());
    real(table, "diversity_median", q -> q.diversity().median());
    real(table, "diversity_medoid_norm", q -> q.diversity().medoidNorm());
    real(table, "diversity_median_norm", q -> q.diversity().medianNorm());
    whole(table, "diversity_block", TrialRow.Quality::diversityBlock);
    whole(table, "quality_batch_size", TrialRow.Quality::batchSize);
    words(table, "prediction_digest", TrialRow.Quality::predictionDigest);
  }

  private static void throughput(Table.Builder<TrialRow> table) {
    timed(table, "throughput", t -> t.imagesPerSecond().value());
    timed(table, "throughput_q1", t -> t.imagesPerSecond().low());
    timed(table, "throughput_q3", t -> t.imagesPerSecond().high());
    Predicate<TrialRow> present = row -> row.throughput().isPresent();
    table
        .int32If(
            "throughput_batch_size", present, row -> row.throughput().orElseThrow().batchSize())
        .int32If("throughput_threads", present, row -> row.throughput().orElseThrow().threads())
        .int32If("throughput_batches", present, row -> row.throughput().orElseThrow().batches());
    timing(table);
  }

  /** What throughput has since schema 1.2. */
  private static void timing(Table.Builder<TrialRow> table) {
    since12(table, "throughput_low", t -> real(t.imagesPerSecond().low()));
    since12(table, "throughput_high", t -> real(t.imagesPerSecond().high()));
    since12(table, "throughput_ratio", t -> part(t.ratio(), TrialRow.Interval::value));
    since12(table, "throughput_ratio_low", t -> part(t.ratio(), TrialRow.Interval::low));
    since12(table, "throughput_ratio_high", t -> part(t.ratio(), TrialRow.Interval::high));
    since12(table, "latency_p50", t -> part(t.latency(), TrialRow.Latency::p50));
    since12(table, "latency_p90", t -> part(t.latency(), TrialRow.Latency::p90));
    since12(table, "latency_p99", t -> part(t.latency(), TrialRow.Latency::p99));
    Predicate<TrialRow> present = row -> timing(row).isPresent();
    table
        .int32If(
            "latency_passes",
            row -> timing(row).flatMap(TrialRow.Timing::latency).isPresent(),
            row -> timing(row).orElseThrow().latency().orElseThrow().passes())
        .int32If("throughput_sessions", present, row -> timing(row).orElseThrow().sessions())
        .int32If("throughput_warmup", present, row -> timing(row).orElseThrow().warmup())
        .boolIf(
            "throughput_stable",
            row -> timing(row).flatMap(TrialRow.Timing::stable).isPresent(),
            row -> timing(row).flatMap(TrialRow.Timing::stable).orElseThrow())
        .int64If(
            "throughput_memory",
            row -> timing(row).filter(timing -> timing.peakMemory().isPresent()).isPresent(),
            row -> timing(row).orElseThrow().peakMemory().orElseThrow());
    since12(table, "throughput_macs_per_second", t -> real(t.macsPerSecond()));
    since12(table, "throughput_limit", TrialRow.Timing::limit);
    table
        .optionalText("throughput_warning", row -> timing(row).flatMap(TrialRow.Timing::warning))
        .int32If("audit_images", present, row -> timing(row).orElseThrow().audit().images());
    since12(table, "audit_difference", t -> real(t.audit().difference()));
  }

  private static Optional<TrialRow.Timing> timing(TrialRow row) {
    return row.throughput().flatMap(TrialRow.Throughput::timing);
  }

  private static OptionalDouble real(double value) {
    return OptionalDouble.of(value);
  }

  private static <P> OptionalDouble part(Optional<P> whole, ToDoubleFunction<P> value) {
    return whole.stream().mapToDouble(value).findFirst();
  }

  private static void since12(
      Table.Builder<TrialRow> table,
      String column,
      Function<TrialRow.Timing, OptionalDouble> value) {
    table.optionalFloat64(column, row -> timing(row).map(value).orElseGet(OptionalDouble::empty));
  }

  private static void whole(
      Table.Builder<TrialRow> table, String column, ToLongFunction<TrialRow.Quality> value) {
    table.int64If(
        column,
        row -> row.quality().isPresent(),
        row -> value.applyAsLong(row.quality().orElseThrow()));
  }

  private static void real(
      Table.Builder<TrialRow> table, String column, ToDoubleFunction<TrialRow.Quality> value) {
    table.float64If(
        column,
        row -> row.quality().isPresent(),
        row -> value.applyAsDouble(row.quality().orElseThrow()));
  }

  private static void words(
      Table.Builder<TrialRow> table, String column, Function<TrialRow.Quality, String> value) {
    table.optionalText(column, row -> row.quality().map(value));
  }

  private static void timed(
      Table.Builder<TrialRow> table, String column, ToDoubleFunction<TrialRow.Throughput> value) {
    table.float64If(
        column,
        row -> row.throughput().isPresent(),
        row -> value.applyAsDouble(row.throughput().orElseThrow()));
  }
}
