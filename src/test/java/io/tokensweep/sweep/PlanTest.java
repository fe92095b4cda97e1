package io.tokensweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.InvalidInputException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A plan adds up, shares what can be shared, and is cut into the same units everywhere. */
class PlanTest {
  private static final String SMALL = SweepTexts.SMALL;

  private static BigInteger macsOfTrials(Plan plan) {
    long macs = plan.trials().stream().mapToLong(trial -> trial.flow().macs()).sum();
    return BigInteger.valueOf(macs).multiply(BigInteger.valueOf(plan.images()));
  }

  @Test
  void theBaselineIsOneTrialHoweverManyKeepRates() {
    Plan plan = SweepTexts.plan(SMALL, "keep_rates=[0.3, 0.5, 0.6, 0.7, 0.9]");
    assertEquals(1 + 10, plan.trials().size());
    assertEquals(4, plan.duplicates());
    assertEquals(1, plan.groups().size());
  }

  @Test
  void macsAndDecodesAddUp() {
    Plan plan = SweepTexts.plan(SMALL);
    assertEquals(macsOfTrials(plan), plan.macs());
    assertEquals(1000, plan.decodes());
    assertEquals(4000, plan.decodesSaved());
    assertEquals(1000, plan.images());
    Plan two = SweepTexts.plan(SMALL, "resolutions=[64, 96]");
    assertEquals(1000, two.decodes());
    assertEquals(9000, two.decodesSaved());
  }

  /** All five trials share stem, three blocks and block 3's attention; then each is on its own. */
  @Test
  void sharedLayersAreCountedOnce() {
    Plan plan = SweepTexts.plan(SMALL);
    TokenFlow flow = plan.trials().get(0).flow();
    long shared = flow.stemMacs() + flow.steps().get(3).attentionMacs();
    for (int block = 0; block < 3; block++) {
      shared += flow.steps().get(block).attentionMacs() + flow.steps().get(block).feedForwardMacs();
    }
    assertEquals(BigInteger.valueOf(4 * shared * 1000), plan.macsSaved());
  }

  @Test
  void trialsThatDifferLaterShareMore() {
    Plan plan =
        SweepTexts.plan(SMALL, "sites=[[3, 6], [3, 9]]", "methods=[evit]", "keep_rates=0.5");
    TokenFlow flow = plan.trials().get(0).flow();
    long shared = flow.stemMacs() + flow.steps().get(6).attentionMacs();
    for (int block = 0; block < 6; block++) {
      shared += flow.steps().get(block).attentionMacs() + flow.steps().get(block).feedForwardMacs();
    }
    assertEquals(BigInteger.valueOf(shared * 1000), plan.macsSaved());
  }

  @Test
  void reductionsAheadOfABlockShareTheStemAlone() {
    Plan plan =
        SweepTexts.plan(
            SMALL, "methods=[{name: random, mode: input, seed: [1, 2]}]", "keep_rates=0.5");
    assertEquals(
        BigInteger.valueOf(plan.trials().get(0).flow().stemMacs() * 1000), plan.macsSaved());
  }

  @Test
  void unitsCoverTheImagesOnceInWholeBatches() {
    for (int images : new int[] {1, 49, 50, 500, 1000, 1300}) {
      Plan plan = SweepTexts.plan(SMALL, "data.count=" + images);
      int next = 0;
      for (Unit unit : plan.units()) {
        assertEquals(next, unit.from());
        assertTrue(unit.to() == images || unit.images() % 50 == 0);
        next = unit.to();
      }
      assertEquals(images, next);
      assertTrue(images < 200 || plan.units().size() >= 4, "%d images".formatted(images));
    }
  }

  /** 400 trials on four batches, each of them a unit of 10¹² MACs. */
  private static Plan large() {
    return SweepTexts.plan(
        SMALL,
        "data.count=200",
        "methods=[{name: evit, fuse: [true, false]}]",
        IntStream.rangeClosed(1, 200)
            .mapToObj(i -> String.valueOf(i / 200.0))
            .collect(Collectors.joining(", ", "keep_rates=[", "]")));
  }

  @Test
  void trialsStayTogetherWhileUnitsAreAsManyAsSlots() {
    Plan plan = large();
    assertEquals(4, plan.units().size());
    assertEquals(plan.units(), plan.cutFor(4).units());
    assertEquals(plan.units(), plan.cutFor(1).units());
    assertEquals(BigInteger.ZERO, plan.cutFor(4).cut().macsRepeated());
    Plan small = SweepTexts.plan(SMALL);
    assertEquals(small.units(), small.cutFor(10_000).units(), "units of a second");
  }

  @Test
  void trialsOfALargeGroupAreCutApartWhereSlotsAreMore() {
    Plan whole = large();
    Plan cut = whole.cutFor(20);
    assertTrue(cut.units().size() >= 20, cut.units().size() + " units");
    assertEquals(cut.units().size(), new HashSet<>(ids(cut)).size());
    Map<Integer, Set<Trial>> trials = new TreeMap<>();
    for (Unit unit : cut.units()) {
      Set<Trial> ofRange = trials.computeIfAbsent(unit.from(), absent -> new HashSet<>());
      assertTrue(unit.group().trials().stream().allMatch(ofRange::add), "a trial twice");
      assertEquals(50, unit.images());
    }
    Set<Trial> all = Set.copyOf(whole.trials());
    assertEquals(Map.of(0, all, 50, all, 100, all, 150, all), trials);
    assertEquals(cut.units().size() / 4, cut.cut().parts());
    long computed = cut.units().stream().mapToLong(u -> u.images() * u.group().macs()).sum();
    assertEquals(BigInteger.valueOf(computed), cut.macs().subtract(cut.macsSaved()));
    assertEquals(whole.macsSaved().subtract(cut.macsSaved()), cut.cut().macsRepeated());
    assertTrue(PlanText.of(cut).contains("for 20 slots: the trials of a group in up to "));
    assertFalse(PlanText.of(whole).contains("slots"));
    assertEquals(cut.cut().parts(), PlanJson.of(cut).get("parts").intValue());
  }

  /** Trials that agree up to block 6 are far apart in the sweep file and stay together. */
  @Test
  void trialsAreCutApartWhereTheyShareLeast() {
    Plan plan =
        SweepTexts.plan(
            SMALL,
            "methods=[evit]",
            "sites=[[3, 6], [3, 9]]",
            IntStream.range(1, 40)
                .mapToObj(i -> String.valueOf(i / 40.0))
                .collect(Collectors.joining(", ", "keep_rates=[", "]")));
    SharedMacs macs = SharedMacs.of(plan.groups().get(0));
    TokenFlow flow = plan.trials().get(0).flow();
    long prefix = flow.stemMacs() + flow.steps().get(3).attentionMacs();
    for (int block = 0; block < 3; block++) {
      prefix += flow.steps().get(block).attentionMacs() + flow.steps().get(block).feedForwardMacs();
    }
    for (int count : new int[] {2, 3, 4}) {
      List<List<Trial>> parts = macs.parts(count);
      assertEquals(count, parts.size());
      long together =
          parts.stream().mapToLong(part -> new Group(part.get(0).setting(), part).macs()).sum();
      assertEquals(macs.together() + (count - 1) * prefix, together, count + " parts");
    }
    assertEquals(78, macs.parts(1000).stream().mapToInt(List::size).sum());
  }

  @Test
  void unitIdsDependOnTrialsImagesAndBatchSizeAlone() {
    Set<String> ids = new HashSet<>(ids(SweepTexts.plan(SMALL)));
    assertEquals(
        ids, Set.copyOf(ids(SweepTexts.plan(SMALL, "name=other", "keep_rates=[0.7, 0.5]"))));
    for (String change :
        List.of("keep_rates=[0.7]", "data.seed=8", "measure.quality.batch_size=25")) {
      Set<String> others = new HashSet<>(ids(SweepTexts.plan(SMALL, change)));
      others.retainAll(ids);
      assertEquals(Set.of(), others, change);
    }
  }

  private static List<String> ids(Plan plan) {
    return plan.units().stream().map(Unit::id).toList();
  }

  @Test
  void measuredTrialsAreNotMeasuredAgain() {
    Plan all = SweepTexts.plan(SMALL);
    Set<TrialId> some = all.trials().stream().limit(2).map(Trial::id).collect(Collectors.toSet());
    Plan rest = Plan.of(SweepTexts.parse(SMALL), OptionalInt.empty(), some);
    assertEquals(some, rest.committed());
    assertEquals(5, rest.trials().size());
    assertEquals(3, rest.groups().get(0).trials().size());
    Set<TrialId> every = all.trials().stream().map(Trial::id).collect(Collectors.toSet());
    Plan nothing = Plan.of(SweepTexts.parse(SMALL), OptionalInt.empty(), every);
    assertEquals(List.of(), nothing.units());
    assertEquals(BigInteger.ZERO, nothing.macs());
    assertEquals(0, nothing.decodes());
  }

  @Test
  void aLimitTakesTheFirstImagesAndIsAnotherDataSet() {
    Plan plan = Plan.of(SweepTexts.parse(SMALL), OptionalInt.of(60), Set.of());
    assertEquals(60, plan.images());
    assertNotEquals(SweepTexts.plan(SMALL).trials().get(0).id(), plan.trials().get(0).id());
    assertEquals(
        SweepTexts.plan(SMALL, "data.count=60").trials().get(0).id(), plan.trials().get(0).id());
  }

  @Test
  void throughputAloneHasNoUnits() {
    Plan plan = SweepTexts.plan(SMALL, "measure={throughput: {batch_size: 8}}");
    assertEquals(List.of(), plan.units());
    assertEquals(plan.images(), plan.decodes());
    assertEquals(0, plan.decodesSaved());
    assertFalse(plan.estimatedTime().isZero());
  }

  @Test
  void aHundredThousandTrialsArePlanned() {
    String seeds =
        java.util.stream.IntStream.range(0, 10_000)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(", ", "[", "]"));
    String rates = "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]";
    Plan plan =
        SweepTexts.plan(
            SMALL
                .replace("{name: evit, fuse: [true, false]}", "{name: random, seed: %s}")
                .formatted(seeds),
            "keep_rates=" + rates);
    assertEquals(100_001, plan.trials().size());
    assertEquals(9, plan.duplicates());
    assertEquals(100_001, PlanJson.of(plan).get("trials_detail").size());
  }

  @Test
  void tooManyCombinationsAreRefused() {
    String axis = "[" + "0.5, ".repeat(1100) + "0.5]";
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                SweepTexts.plan(
                    SMALL, "keep_rates=" + axis, "resolutions=[" + "64, ".repeat(400) + "64]"));
    assertEquals(
        "s.yaml:1:1: found 1324503 combinations, allowed: at most 1000000", e.getMessage());
  }

  @Test
  void jsonHasTheFixedShape() throws Exception {
    JsonNode json = new ObjectMapper().readTree(PlanJson.of(SweepTexts.plan(SMALL)).toString());
    assertEquals("small", json.get("sweep").textValue());
    for (String field :
        List.of(
            "trials",
            "duplicates",
            "committed",
            "units",
            "images",
            "decodes",
            "decodes_saved",
            "macs",
            "macs_saved")) {
      assertTrue(json.get(field).isIntegralNumber(), field);
    }
    JsonNode none = json.get("trials_detail").get(0);
    assertTrue(none.get("keep_rate").isNull());
    assertEquals("{}", none.get("parameters").toString());
    assertEquals("[]", none.get("sites").toString());
    JsonNode evit = json.get("trials_detail").get(1);
    assertEquals(
        "{\"model\":\"vit_custom\",\"method\":\"evit\",\"parameters\":{\"counts\":\"ceil_current\",\"fuse\":true},"
            + "\"keep_rate\":0.5,\"resolution\":64,\"precision\":\"fp32\",\"sites\":[3,6,9],"
            + "\"macs\":%d,\"macs_exact\":true,\"macs_overhead\":0,\"params\":%d,"
                .formatted(
                    SweepTexts.plan(SMALL).trials().get(1).flow().macs(),
                    SweepTexts.plan(SMALL).trials().get(1).model().architecture().parameters())
            + "\"tokens\":[65,65,65,34,34,34,19,19,19,11,11,11]}",
        evit.toString().replaceFirst("\"trial_id\":\"[0-9a-f]{16}\",", ""));
  }

  @Test
  void textHasALineForEachTrial() {
    String text = PlanText.of(SweepTexts.plan(SMALL));
    List<String> lines = text.lines().toList();
    assertTrue(lines.get(0).startsWith("trial             model       method  parameters"), text);
    assertTrue(lines.get(1).endsWith("100.0 %"), text);
    assertTrue(
        lines.get(2).contains("evit    -           0.5        64          3 6 9  34 19 11"), text);
    assertTrue(text.contains("small: 5 trials, 1 duplicates, 0 measured before\n"), text);
  }

  @Test
  void shippedSweepsArePlannedWithoutTheirWeights() {
    Path folder = Path.of("sweeps");
    Map<String, String> environment = Map.of("IMAGENET", "imagenet");
    String anyData = "data={type: shapes, count: 1300, seed: 7}";
    for (String name : List.of("quickstart", "deit-tiny-photos", "deit-small-keep-rates")) {
      Sweep sweep =
          SweepFile.read(
              folder.resolve(name + ".yaml"),
              List.of("models.0.checkpoint=", anyData),
              environment);
      Plan plan = Plan.of(sweep, OptionalInt.empty(), Set.of());
      assertEquals(name, sweep.name());
      assertTrue(plan.trials().size() >= 12, name);
      assertTrue(plan.units().size() >= 4, name);
    }
  }

  @Test
  void photographsInAFolderAreCountedAndHashed() {
    Path photos = Path.of("../shared/data/imagenet-val-1300");
    Assumptions.assumeTrue(Files.exists(photos), "no photographs here");
    Sweep sweep =
        SweepFile.read(
            Path.of("sweeps/deit-tiny-photos.yaml"),
            List.of("models.0.checkpoint="),
            Map.of("PHOTOS", photos.toString()));
    Plan plan = Plan.of(sweep, OptionalInt.empty(), Set.of());
    assertEquals(1300, plan.images());
    assertEquals(25, plan.trials().size());
    assertEquals(20, plan.duplicates());
  }

  @Test
  void whatIsNotDefinedCanBeExcluded() {
    String text =
        """
        name: s
        data: {type: shapes, count: 4, seed: 1}
        models: [{name: lvvit_s}, {name: deit_tiny_patch16_224}]
        methods: [none, {name: iared2, agent_heads: 3}]
        measure: {quality: {batch_size: 2}}
        """;
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> SweepTexts.plan(text));
    assertTrue(refused.getMessage().contains("iared2 cannot act on lvvit_s"));
    Plan plan = SweepTexts.plan(text + "exclude: [{method: iared2, model: lvvit_s}]\n");
    assertEquals(3, plan.trials().size());
    assertThrows(
        InvalidInputException.class,
        () -> SweepTexts.plan(text + "exclude: [{method: iared2, keep_rate: 0.5}]\n"));
  }
}
