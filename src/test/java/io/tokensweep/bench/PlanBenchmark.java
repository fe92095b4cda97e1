package io.tokensweep.bench;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A sweep is planned, and printed in both forms. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
public class PlanBenchmark {
  @Param("100000")
  public int trials;

  private List<Contestant> contestants;

  @Setup(Level.Trial)
  public void open() {
    contestants = PlanBench.contestants(PlanBench.sweep(trials), trials);
  }

  @Benchmark
  public double plan() {
    return contestants.get(0).work().seconds();
  }

  @Benchmark
  public double planAsJson() {
    return contestants.get(1).work().seconds();
  }

  @Benchmark
  public double planAsText() {
    return contestants.get(2).work().seconds();
  }
}
