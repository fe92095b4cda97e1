package io.tokensweep.bench;

import ai.djl.ndarray.NDManager;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.spark.EngineThreads;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.SweepFile;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Batches through DeiT-Tiny with synthetic weights, with the way of the pixels to the device. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
public class ForwardBenchmark {
  @Param({"none", "evit", "{name: tome, r: 13}", "ppt"})
  public String method;

  @Param({"1", "32"})
  public int batchSize;

  private NDManager weights;
  private Contestant contestant;

  @Setup(Level.Trial)
  public void open() {
    Map<String, String> sections =
        Map.of(
            "models", "{name: deit_tiny_patch16_224}",
            "methods", "[%s]".formatted(method),
            "keep_rates", "0.5",
            "data", "{type: shapes, count: 32, seed: 0}");
    Plan plan =
        Plan.of(
            SweepFile.ofOptions("benchmark", sections, Map.of()), OptionalInt.empty(), Set.of());
    Group group = plan.groups().get(0);
    weights = NDManager.newBaseManager();
    PixelBatch batch = ForwardBench.batch(plan.source(), group, batchSize);
    List<Contestant> all =
        ForwardBench.contestants(ForwardBench.networks(group, weights), group, batch);
    contestant = all.get(all.size() - 1); // behind the unreduced network, if it reduces
  }

  /** Number of threads and gradient mode belong to the thread that computes. */
  @Setup(Level.Iteration)
  public void prepareThread() {
    EngineThreads.use(1);
  }

  @TearDown(Level.Trial)
  public void close() {
    weights.close();
  }

  @Benchmark
  public double forward() {
    return contestant.work().seconds();
  }
}
