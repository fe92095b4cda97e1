package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.spark.device.ArithmeticLimits;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.BrokenTrial;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.Trial;
import io.tokensweep.sweep.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial that throws while it runs fails alone. */
class TrialIsolationTest {
  @TempDir Path folder;

  @Test
  void theOthersAreMeasuredAsIfItWereNotThere() throws IOException {
    EngineThreads.apply();
    Sweep sweep = TinySweep.read(TinySweep.write(folder));
    Plan plan = Plan.of(sweep, OptionalInt.of(10), Set.of());
    Group healthy = plan.groups().get(0);
    Group broken = BrokenTrial.ahead(healthy);
    Trial culprit = broken.trials().get(0);
    PixelBatch.Pixels pixels = PixelBatch.Pixels.decoding(plan.source());
    QualityTask quality =
        new QualityTask(
            "run",
            plan.source().images(),
            pixels,
            Set.of(),
            new Measure.Quality(5, true),
            new TaskDevice.Cpu());
    UnitCommit alone = quality.run(new Unit("u", healthy, 0, 10), folder.resolve("alone"));
    UnitCommit with = quality.run(new Unit("u", broken, 0, 10), folder.resolve("with"));
    assertEquals(alone.quality(), with.quality().subList(0, TinySweep.TRIALS));
    assertEquals(TinySweep.TRIALS + 1, with.quality().size());
    for (String table : List.of("predictions", "layers", "sources")) {
      assertEquals(
          -1,
          Files.mismatch(
              folder.resolve("alone/%s/part-0.parquet".formatted(table)),
              folder.resolve("with/%s/part-0.parquet".formatted(table))));
    }
    ThroughputTask throughput =
        new ThroughputTask(
            "run",
            sweep.measure().throughput().orElseThrow(),
            1,
            0,
            new TaskDevice.Cpu(),
            ArithmeticLimits.ofThisProcess(Device.cpu()));
    UnitCommit timed =
        throughput.run(
            "t", broken, plan.source().images(), pixels, List.of(0, 1), folder.resolve("timed"));

    TrialSummaries summaries = new TrialSummaries("run", sweep.measure(), 0, List.of(with, timed));
    TrialRow failed = summaries.row(culprit);
    assertEquals(TrialRow.Status.FAILED, failed.status());
    assertEquals(Optional.of("no method named broken"), failed.error());
    assertEquals(Optional.empty(), failed.quality());
    assertEquals(Optional.empty(), failed.throughput());
    for (Trial trial : healthy.trials()) {
      TrialRow row = summaries.row(trial);
      assertEquals(TrialRow.Status.OK, row.status());
      assertTrue(row.quality().isPresent() && row.throughput().isPresent());
    }
  }
}
