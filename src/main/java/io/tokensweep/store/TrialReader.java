package io.tokensweep.store;

import io.tokensweep.store.ParquetRows.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads the trials table back into rows. */
final class TrialReader {
  private TrialReader() {}

  static List<TrialRow> read(Manifest manifest, Path root) {
    List<TrialRow> rows = new ArrayList<>();
    for (StoredFile file : manifest.files()) {
      if (file.path().startsWith("trials/")) {
        ParquetRows.read(root.resolve(file.path()), row -> rows.add(row(row)));
      }
    }
    return rows;
  }

  private static TrialRow row(Row row) {
    return new TrialRow(
        row.text("run_id"),
        row.text("trial_id"),
        new TrialRow.Configuration(
            row.text("model"),
            row.text("checkpoint_sha256"),
            row.has("modules_sha256") ? Optional.of(row.text("modules_sha256")) : Optional.empty(),
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
            row.int64("params")),
        TrialRow.Status.valueOf(row.text("status").toUpperCase(Locale.ROOT)),
        row.has("error") ? Optional.of(row.text("error")) : Optional.empty(),
        row.has("images") ? Optional.of(quality(row)) : Optional.empty(),
        row.has("throughput") ? Optional.of(throughput(row)) : Optional.empty());
  }

  private static TrialRow.Quality quality(Row row) {
    return new TrialRow.Quality(
        row.int64("images"),
        row.int64("images_failed"),
        row.int64("correct1"),
        row.int64("correct5"),
        interval(row, "top1", "top1_low", "top1_high"),
        interval(row, "top5", "top5_low", "top5_high"),
        row.real("loss"),
        row.int64("macs"),
        row.has("macs_overhead")
            ? OptionalLong.of(row.int64("macs_overhead"))
            : OptionalLong.empty(),
        List.of(row.json("tokens", Double[].class)),
        new TrialRow.Diversity(
            row.real("diversity_medoid"),
            row.real("diversity_median"),
            row.real("diversity_medoid_norm"),
            row.real("diversity_median_norm")),
        Math.toIntExact(row.int64("diversity_block")),
        Math.toIntExact(row.int64("quality_batch_size")),
        row.text("prediction_digest"));
  }

  private static TrialRow.Throughput throughput(Row row) {
    return new TrialRow.Throughput(
        interval(row, "throughput", "throughput_q1", "throughput_q3"),
        row.int32("throughput_batch_size"),
        row.int32("throughput_threads"),
        row.int32("throughput_batches"),
        row.has("throughput_low") ? Optional.of(timing(row)) : Optional.empty());
  }

  private static TrialRow.Timing timing(Row row) {
    return new TrialRow.Timing(
        interval(row, "throughput", "throughput_low", "throughput_high"),
        row.has("throughput_ratio")
            ? Optional.of(
                interval(row, "throughput_ratio", "throughput_ratio_low", "throughput_ratio_high"))
            : Optional.empty(),
        row.has("latency_p50")
            ? Optional.of(
                new TrialRow.Latency(
                    row.real("latency_p50"),
                    row.real("latency_p90"),
                    row.real("latency_p99"),
                    row.int32("latency_passes")))
            : Optional.empty(),
        row.int32("throughput_sessions"),
        row.int32("throughput_warmup"),
        row.has("throughput_stable")
            ? Optional.of(row.bool("throughput_stable"))
            : Optional.empty(),
        row.has("throughput_memory")
            ? OptionalLong.of(row.int64("throughput_memory"))
            : OptionalLong.empty(),
        row.real("throughput_macs_per_second"),
        row.has("throughput_limit")
            ? OptionalDouble.of(row.real("throughput_limit"))
            : OptionalDouble.empty(),
        row.has("throughput_warning")
            ? Optional.of(row.text("throughput_warning"))
            : Optional.empty(),
        new TrialRow.Audited(row.int32("audit_images"), row.real("audit_difference")));
  }

  private static TrialRow.Interval interval(Row row, String value, String low, String high) {
    return new TrialRow.Interval(row.real(value), row.real(low), row.real(high));
  }
}
