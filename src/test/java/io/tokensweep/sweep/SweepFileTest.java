package io.tokensweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.data.Transform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep file says is what is planned. */
class SweepFileTest {
  private static final String SMALL = SweepTexts.SMALL;

  private static List<TrialId> ids(Plan plan) {
    return plan.trials().stream().map(Trial::id).toList();
  }

  @Test
  void everyListIsAnAxis() {
    Plan plan =
        SweepTexts.plan(
            SMALL
                .replace("classes: 10", "classes: [10, 12], position_embedding: [deit, timm-0.8]")
                .replace("[64]", "[64, 96]")
                .replace("[3, 6, 9]", "[[3, 6, 9], [2, 4]]"));
    long networks = 2L * 2 * 2;
    assertEquals(networks * (1 + 2 * 2 * 2), plan.trials().size());
    assertEquals(networks * 3, plan.duplicates()); // none: 2 keep rates x 2 sites
    assertEquals(networks, plan.groups().size());
  }

  @Test
  void axesThatAreAbsentHaveTheirUsualValue() {
    Plan plan =
        SweepTexts.plan(SMALL.replace("resolutions: [64]\n", "").replace("sites: [3, 6, 9]\n", ""));
    assertEquals(ids(SweepTexts.plan(SMALL)), ids(plan));
    Measure.Throughput throughput =
        SweepTexts.parse(SMALL, "measure.throughput={}").measure().throughput().orElseThrow();
    assertEquals(new Measure.Throughput(256, 10, 2, 20, 100, 1), throughput);
    Measure.Quality quality =
        SweepTexts.parse(SMALL, "measure={quality: {}}").measure().quality().orElseThrow();
    assertEquals(new Measure.Quality(128, false), quality);
    assertTrue(
        SweepTexts.parse(SMALL, "measure.quality.sources=true")
            .measure()
            .quality()
            .orElseThrow()
            .sources());
  }

  @Test
  void excludeLeavesOutWhatEveryKeyOfARuleMatches() {
    Plan plan =
        SweepTexts.plan(
            SMALL + "exclude: [{method: evit, fuse: true, keep_rate: [0.5, 0.6]}, {method: none}]");
    assertEquals(3, plan.trials().size());
    assertTrue(
        plan.trials().stream()
            .noneMatch(
                trial ->
                    trial.parameters().flag("fuse")
                        && trial.keepRate().equals(OptionalDouble.of(0.5))));
    assertEquals(0, plan.duplicates());
  }

  @Test
  void includeAddsProductsWhoseOtherAxesAreTheSweeps() {
    Plan plan =
        SweepTexts.plan(
            SMALL
                + """
                exclude: [{method: evit}]
                include:
                  - {method: evit, keep_rate: [0.3, 0.4]}
                  - {method: random, seed: [1, 2], keep_rate: 0.5, sites: [4]}
                  - {resolution: 96, method: none}
                """);
    List<String> found =
        plan.trials().stream()
            .map(
                t ->
                    t.method()
                        + t.keepRate().stream().boxed().toList()
                        + t.resolution()
                        + t.sites())
            .toList();
    assertEquals(
        List.of(
            "none[]64[]",
            "evit[0.3]64[3, 6, 9]",
            "evit[0.4]64[3, 6, 9]",
            "random[0.5]64[4]",
            "random[0.5]64[4]",
            "none[]96[]"),
        found);
  }

  @Test
  void overridesReplaceAndAddValues() {
    Plan plan =
        SweepTexts.plan(
            SMALL,
            "data.count=20",
            "keep_rates=[0.25]",
            "models.0.classes=11",
            "methods.1.fuse=false",
            "transform=timm",
            "measure.throughput.batch_size=8",
            "data.count=30");
    assertEquals(30, plan.images());
    assertEquals(2, plan.trials().size());
    assertEquals(11, plan.trials().get(0).model().architecture().classes());
    assertEquals(Transform.named("timm"), plan.trials().get(0).setting().transform());
    assertEquals(8, plan.sweep().measure().throughput().orElseThrow().batchSize());
    assertEquals(7, plan.sweep().source().overrides().size());
  }

  @Test
  void anEmptyOverrideTakesAValueAway() {
    Sweep sweep =
        SweepTexts.parse(
            SMALL.replace("classes: 10", "classes: 10, checkpoint: no/such"),
            "models.0.checkpoint=");
    assertEquals(3 + 2, Plan.of(sweep, OptionalInt.empty(), Set.of()).trials().size());
  }

  @Test
  void environmentVariablesAreFilledInWhereverTheyStand() {
    String text =
        SMALL
            .replace("name: small", "name: ${HOME_OF}/${UNSET:-a: {b, [c] # d}/${HOME_OF}")
            .replace("count: 1000", "count: ${COUNT:-12}");
    Sweep sweep = SweepTexts.parse(text);
    assertEquals("here/a: {b, [c] # d/here", sweep.name());
    assertEquals(12, Plan.of(sweep, OptionalInt.empty(), Set.of()).images());
    Sweep other = SweepFile.parse("s.yaml", SMALL, List.of("name=${A}"), Map.of("A", "[x]: #"));
    assertEquals("[x]: #", other.name());
  }

  @Test
  void lineEndsAndByteOrderMarkDoNotMatter(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("windows.yaml");
    Files.writeString(file, "\uFEFF" + SMALL.replace("\n", "\r\n"));
    Sweep sweep = SweepFile.read(file, List.of(), Map.of());
    assertEquals(ids(SweepTexts.plan(SMALL)), ids(Plan.of(sweep, OptionalInt.empty(), Set.of())));
  }

  @Test
  void aCheckpointCountsByItsContent(@TempDir Path folder) throws Exception {
    Path first = Files.writeString(folder.resolve("a.safetensors"), "1");
    Path copy = Files.writeString(folder.resolve("b.safetensors"), "1");
    Path other = Files.writeString(folder.resolve("c.safetensors"), "2");
    String text = SMALL.replace("classes: 10", "classes: 10, checkpoint: [%s, %s, %s, %s]");
    Plan plan = SweepTexts.plan(text.formatted(first, copy, other, "'embedded:hashed-only'"));
    assertEquals(3, plan.groups().size());
    assertEquals(3 * 5, plan.trials().size());
    assertEquals(4 + 5, plan.duplicates()); // none at two keep rates, and the copy
    assertNotEquals(ids(SweepTexts.plan(SMALL)).get(0), ids(plan).get(0));
  }

  @Test
  void customTransformsHaveTheirOwnIdentity() {
    String custom = "transform: {crop: squash, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}\n";
    Plan plan = SweepTexts.plan(SMALL + custom);
    assertEquals(new Transform.Squash(), plan.sweep().transform().resize());
    assertNotEquals(ids(SweepTexts.plan(SMALL)), ids(plan));
    assertEquals(
        ids(SweepTexts.plan(SMALL)), ids(SweepTexts.plan(SMALL + "transform: {crop: 0.875}\n")));
  }
}
