package io.tokensweep.spark;

import io.tokensweep.store.LayerRow;
import io.tokensweep.store.PredictionRow;
import io.tokensweep.store.SourceRow;
import io.tokensweep.store.Table;
import io.tokensweep.store.TableWriter;
import io.tokensweep.store.Tables;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The files that a quality unit writes. */
final class UnitTables implements Closeable {
  private final TableWriter<PredictionRow> predictions;
  private final TableWriter<LayerRow> layers;
  private final Optional<TableWriter<SourceRow>> sources;

  /**
   * @param attempt folder of the unit
   * @param recorded whether there are sources
   */
  UnitTables(Path attempt, boolean recorded) {
    predictions = writer(attempt, Tables.PREDICTIONS);
    layers = writer(attempt, Tables.LAYERS);
    sources = recorded ? Optional.of(writer(attempt, Tables.SOURCES)) : Optional.empty();
  }

  private static <T> TableWriter<T> writer(Path attempt, Table<T> table) {
    return new TableWriter<>(table, attempt.resolve(table.name()).resolve("part-0.parquet"));
  }

  void write(PredictionRow row) {
    predictions.write(row);
  }

  void write(LayerRow row) {
    layers.write(row);
  }

  void write(SourceRow row) {
    sources.orElseThrow().write(row);
  }

  @Override
  public void close() throws IOException {
    try (predictions;
        layers) {
      if (sources.isPresent()) {
        sources.get().close();
      }
    }
  }
}
