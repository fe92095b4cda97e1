package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import io.tokensweep.sweep.Sweep;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units of some trials of a group. */
@Tag("long")
class CutUnitsTest {
  private static final String SLOTS = "spark.tokensweep.slots";

  @TempDir Path folder;

  /** A batch of a few 10¹¹ MACs, so that cutting is worth it, and more slots than batches. */
  @Test
  void measureWhatUnitsOfAllTrialsDo() throws Exception {
    Sweep sweep =
        TinySweep.read(
            TinySweep.write(folder),
            "data={type: shapes, count: 192, seed: 3}",
            "models=[{name: vit_custom, checkpoint: embedded, image_size: 64, patch: 8, width: 64,"
                + " depth: 12, heads: 4, hidden: 256, classes: 10}]",
            "resolutions=[64]",
            "sites=[3, 6, 9]",
            "methods=[{name: evit, fuse: [true, false]}]",
            IntStream.rangeClosed(1, 40)
                .mapToObj(i -> String.valueOf(i / 40.0))
                .collect(Collectors.joining(", ", "keep_rates=[", "]")),
            "measure={quality: {batch_size: 192}}");
    Path whole = folder.resolve("whole");
    Path cut = folder.resolve("cut");
    measure(sweep, whole, 1);
    measure(sweep, cut, 64);
    String units = "select count(distinct unit_id) from layers";
    assertEquals(1L, Duck.cell(whole, units));
    assertTrue((Long) Duck.cell(cut, units) > 1);
    for (String rows :
        List.of(
            "select * exclude (run_id, run) from trials order by trial_id",
            "select * exclude (run_id, run, unit) from predictions order by trial_id, image",
            "select * exclude (run_id, run, unit, unit_id) from layers order by trial_id, block")) {
      assertEquals(Duck.query(whole, rows), Duck.query(cut, rows), rows);
    }
  }

  private static void measure(Sweep sweep, Path results, int slots) {
    System.setProperty(SLOTS, "" + slots);
    try {
      TinySweep.run(sweep, results, false, 2);
    } finally {
      System.clearProperty(SLOTS);
    }
  }
}
