package io.tokensweep.bench;

import io.tokensweep.InvalidInputException;
import io.tokensweep.store.ParquetRows;
import io.tokensweep.store.PredictionRow;
import io.tokensweep.store.TableWriter;
import io.tokensweep.store.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Rows of predictions are written to one file and read back. */
public final class StoreBench {
  private static final int IMAGES = 5000;
  private static final int CLASSES = 1000;
  private static final int BEST = 5;
  private static final int MOST_ROWS = 10_000_000;

  private StoreBench() {}

  /**
   * @param rows of one file
   * @throws InvalidInputException if there are none, or more than memory is meant to hold
   */
  public static Comparison run(int rows, Rounds rounds) {
    if (rows < 1 || rows > MOST_ROWS) {
      throw new InvalidInputException(
          "bench store: --rows is %d, allowed: 1 to %d".formatted(rows, MOST_ROWS));
    }
    List<PredictionRow> predictions = predictions(rows);
    try {
      Path folder = Files.createTempDirectory("tokensweep-bench-");
      Path file = folder.resolve("predictions.parquet");
      try {
        write(predictions, file);
        return rounds.time(
            "%d predictions, %d bytes".formatted(rows, Files.size(file)),
            "rows/s",
            contestants(predictions, file));
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Contestant> contestants(List<PredictionRow> predictions, Path file) {
    int rows = predictions.size();
    return List.of(
        contestant("write", () -> write(predictions, file), rows),
        contestant("read", () -> read(file, rows), rows));
  }

  private static Contestant contestant(String name, Runnable work, int rows) {
    return new Contestant(name, Contestant.Work.of(work), rows, Optional.empty());
  }

  static void write(List<PredictionRow> rows, Path file) {
    try (TableWriter<PredictionRow> table = new TableWriter<>(Tables.PREDICTIONS, file)) {
      rows.forEach(table::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(Path file, int rows) {
    long read = ParquetRows.count(file);
    if (read != rows) {
      throw new IllegalStateException("%d of %d rows".formatted(read, rows));
    }
  }

  /** As a run has them: trial after trial on the same images, logits that do not compress. */
  static List<PredictionRow> predictions(int rows) {
    Random random = new Random(0);
    return IntStream.range(0, rows)
        .mapToObj(
            row -> {
              int[] classes = random.ints(BEST, 0, CLASSES).toArray();
              float[] logits = new float[BEST];
              for (int i = 0; i < BEST; i++) {
                logits[i] = random.nextFloat();
              }
              int image = row % IMAGES;
              return new PredictionRow(
                  "00000000-000000-bench",
                  "%016x".formatted(row / IMAGES),
                  "images/%08d.jpg".formatted(image),
                  image % CLASSES,
                  classes,
                  logits,
                  random.nextDouble(),
                  1_000_000_000L + image,
                  100,
                  random.nextDouble(),
                  random.nextDouble());
            })
        .toList();
  }
}
