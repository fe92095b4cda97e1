package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.data.Transform;
import io.tokensweep.data.View;
import io.tokensweep.eval.Evaluator;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.eval.Variant;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.SweepFile;
import io.tokensweep.sweep.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is added up over the images of a unit agrees with the plan. */
class UnitTotalsTest {
  private static final String LV_VIT =
      """
      name: tiny
      data: {type: shapes, count: 2, seed: 3}
      models:
        - {name: vit_custom, design: lv_vit, image_size: 32, patch: 8, width: 16, depth: 8, heads: 2, hidden: 32, classes: 10}
      methods:
        - {name: none}
        - {name: random}
        - {name: evit, fuse: [true, false]}
        - {name: bat}
        - {name: diversity}
        - {name: topk}
        - {name: heuristic}
        - {name: tome, r: 1}
        - {name: tome_staged}
        - {name: ppt, r: 3}
      keep_rates: [0.5, 0.7]
      resolutions: [32]
      measure: {quality: {batch_size: 2}}
      """;

  @Test
  void everyMethodRunsOnLvVitAndCostsWhatWasPlanned(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("s.yaml"), LV_VIT);
    Plan plan = Plan.of(SweepFile.read(file, List.of(), Map.of()), OptionalInt.empty(), Set.of());
    Architecture architecture = plan.trials().get(0).model().architecture();
    List<Variant> variants =
        plan.trials().stream()
            .map(t -> new Variant(t.id().value(), t.reductions(), t.diversityBlock()))
            .toList();
    ShapesSource source = new ShapesSource(2, 3);
    PixelBatch batch =
        PixelBatch.load(
            source.images(),
            List.of(0, 1),
            new View(Transform.named("lvvit"), 32),
            PixelBatch.Pixels.decoding(source));
    List<Float> logits = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager();
        UnitTables tables = new UnitTables(folder.resolve("unit"), false)) {
      new Evaluator(RandomNetworks.network(architecture, 7, manager), variants)
          .evaluate(
              batch.toArray(manager),
              batch.keys(),
              (variant, outcome) -> {
                logits.add(outcome.logits()[0]);
                Trial trial = plan.trials().get(variants.indexOf(variant));
                UnitTotals totals = new UnitTotals("run", "unit", trial);
                totals.add(batch, variant, outcome, tables);
                assertEquals(0, totals.result().notFinite(), trial::toString);
                assertEquals(2.0 * trial.flow().macs(), totals.result().macs());
              });
    }
    assertEquals(plan.trials().size(), logits.size());
    assertTrue(logits.stream().distinct().count() >= 15, logits::toString);
  }
}
