package io.tokensweep.bench;

import io.tokensweep.data.Transform;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One drawn picture of 500 x 375 pixels to the pixels of a resolution. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
public class DecodeBenchmark {
  @Param({"224", "384"})
  public int resolution;

  private Contestant decode;
  private Contestant pixels;

  @Setup(Level.Trial)
  public void open() throws Exception {
    List<Contestant> contestants =
        DecodeBench.contestants(
            List.of(Jpegs.drawn(500, 375)), Transform.named("deit"), List.of(resolution));
    decode = contestants.get(0);
    pixels = contestants.get(1);
  }

  @Benchmark
  public double decode() {
    return decode.work().seconds();
  }

  @Benchmark
  public double decodeResizeCrop() {
    return pixels.work().seconds();
  }
}
