package io.tokensweep.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/** Reads the trials table back into rows. */
final class TrialReader {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TrialReader() {}

  static List<TrialRow> read(Manifest manifest, Path root) {
    List<TrialRow> rows = new ArrayList<>();
    for (StoredFile file : manifest.files()) {
      if (file.path().startsWith("trials/")) {
        rows.addAll(read(root.resolve(file.path())));
      }
    }
    return rows;
  }

  private static List<TrialRow> read(Path file) {
    List<TrialRow> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        new Builder(new LocalInputFile(file)).usePageChecksumVerification().build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        rows.add(row(new Row(group)));
      }
      return rows;
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          "%s: not a readable Parquet file: %s; restore it or remove its run's manifest from runs/"
              .formatted(file, firstLine(e)),
          e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static TrialRow row(Row row) {
    return new TrialRow(
        row.text("run_id"),
        row.text("trial_id"),
        new TrialRow.Configuration(
            row.text("model"),
            row.text("checkpoint_sha256"),
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
        row.interval("top1", "top1_low", "top1_high"),
        row.interval("top5", "top5_low", "top5_high"),
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
        row.interval("throughput", "throughput_q1", "throughput_q3"),
        row.int32("throughput_batch_size"),
        row.int32("throughput_threads"),
        row.int32("throughput_batches"));
  }

  /** Typed access to one Parquet record by column name. */
  private record Row(Group group) {
    boolean has(String column) {
      return group.getType().containsField(column) && group.getFieldRepetitionCount(column) > 0;
    }

    String text(String column) {
      return group.getString(column, 0);
    }

    int int32(String column) {
      return group.getInteger(column, 0);
    }

    long int64(String column) {
      return group.getLong(column, 0);
    }

    double real(String column) {
      return group.getDouble(column, 0);
    }

    TrialRow.Interval interval(String value, String low, String high) {
      return new TrialRow.Interval(real(value), real(low), real(high));
    }

    <T> T json(String column, Class<T> type) {
      try {
        return MAPPER.readValue(text(column), type);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("column " + column + ": " + e.getOriginalMessage(), e);
      }
    }
  }

  private static final class Builder extends ParquetReader.Builder<Group> {
    Builder(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
