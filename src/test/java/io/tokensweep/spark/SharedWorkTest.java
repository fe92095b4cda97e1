package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedWorkTest {
  @TempDir Path folder;

  /** Counted while computing on one side, from the sweep file alone on the other. */
  @Test
  void aRunSavesWhatThePlanSaysAndASecondOneDecodesNothing() throws IOException {
    Sweep sweep = TinySweep.read(TinySweep.write(folder), "measure={quality: {batch_size: 5}}");
    Plan plan = Plan.of(sweep, OptionalInt.empty(), Set.of());
    RunSummary.Work first = TinySweep.run(sweep, folder.resolve("r"), false, 2).work();
    assertEquals(TinySweep.IMAGES, first.decoded());
    assertEquals(plan.macs().doubleValue(), first.macs());
    assertEquals(plan.macsSaved().doubleValue(), first.macsSaved());
    assertTrue(first.macsSaved() > 0);
    RunSummary.Work again = TinySweep.run(sweep, folder.resolve("r"), true, 2).work();
    assertEquals(0, again.decoded());
    assertEquals(first.macsComputed(), again.macsComputed());
  }
}
