package io.tokensweep.bench;

import io.tokensweep.store.PredictionRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A file of predictions is written and read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
public class StoreBenchmark {
  @Param("100000")
  public int rows;

  private Path file;
  private List<Contestant> contestants;

  @Setup(Level.Trial)
  public void open() throws IOException {
    file = Files.createTempFile("tokensweep-benchmark-", ".parquet");
    List<PredictionRow> predictions = StoreBench.predictions(rows);
    StoreBench.write(predictions, file);
    contestants = StoreBench.contestants(predictions, file);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    Files.delete(file);
  }

  @Benchmark
  public double write() {
    return contestants.get(0).work().seconds();
  }

  @Benchmark
  public double read() {
    return contestants.get(1).work().seconds();
  }
}
