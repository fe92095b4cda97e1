package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tokensweep.store.TrialRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionTest {
  @TempDir Path folder;

  /**
   * Tokens may be chosen otherwise where scores are close; without a choice only rounding differs.
   */
  @Test
  void everyPrecisionIsATrialOfItsOwnAndNearFp32() throws IOException {
    Path file = TinySweep.write(folder);
    RunSummary run =
        TinySweep.run(
            TinySweep.read(file, "precision=[fp32, bf16, fp16]"),
            folder.resolve("results"),
            false,
            2);
    assertEquals(3 * TinySweep.TRIALS, run.trials().size());
    assertEquals(3 * TinySweep.TRIALS, run.count(TrialRow.Status.OK));
    Map<String, Double> losses = new HashMap<>();
    for (TrialRow trial : run.trials()) {
      if (trial.configuration().method().equals("none")) {
        losses.put(trial.configuration().precision(), trial.quality().orElseThrow().loss());
      }
    }
    double full = losses.get("fp32");
    for (String precision : List.of("bf16", "fp16")) {
      assertNotEquals(full, losses.get(precision), precision);
    }
    assertEquals(full, losses.get("fp16"), full * 20 * Math.pow(2, -11));
    assertEquals(full, losses.get("bf16"), full * 20 * Math.pow(2, -8));
  }
}
