package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tokensweep.analysis.Cost;
import io.tokensweep.analysis.Front;
import io.tokensweep.analysis.Front.Standing;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.PredictionRow;
import io.tokensweep.store.Provenance;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.SchemaVersion;
import io.tokensweep.store.StoredFile;
import io.tokensweep.store.TableWriter;
import io.tokensweep.store.Tables;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only like is compared with like, and what is not is said. */
class EvidenceTest {
  private static final String RUN = "20261120T091400-4e74f52";
  private static final String DATA = "ab12".repeat(16);

  @TempDir Path folder;

  private static TrialRow trial(String method, long images, double top1, double gigamacs) {
    return Trials.trial("deit_small", 224, DATA, method, "{}", OptionalDouble.empty())
        .measured(images, top1, gigamacs, 900, 0.5);
  }

  private static TrialRow at(String precision, TrialRow trial) {
    Configuration c = trial.configuration();
    return new TrialRow(
        trial.runId(),
        trial.trialId().substring(4) + precision,
        new Configuration(
            c.model(),
            c.checkpoint(),
            c.modules(),
            c.data(),
            c.transform(),
            c.positionEmbedding(),
            c.method(),
            c.parameters(),
            c.keepRate(),
            c.resolution(),
            precision,
            c.sites(),
            c.params()),
        trial.status(),
        trial.error(),
        trial.quality(),
        trial.throughput());
  }

  /** A store with the predictions of these trials: so many first images are right. */
  private Evidence evidence(List<TrialRow> trials) throws IOException {
    String path = "predictions/run=%s/unit=0/part-0.parquet".formatted(RUN);
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    try (TableWriter<PredictionRow> table = new TableWriter<>(Tables.PREDICTIONS, file)) {
      for (TrialRow trial : trials) {
        TrialRow.Quality quality = trial.quality().orElseThrow();
        IntPredicate right = image -> image < quality.correct1();
        for (int image = 0; image < quality.images(); image++) {
          table.write(prediction(trial, image, right.test(image)));
        }
      }
    }
    Manifest manifest =
        new Manifest(
            SchemaVersion.CURRENT,
            RUN,
            "made up",
            "2026-11-20T09:14:00Z",
            "2026-11-20T09:15:00Z",
            60,
            "{}",
            new Provenance(
                "0",
                "0",
                false,
                "main",
                "0",
                "0",
                "a machine",
                "0",
                "17",
                "4",
                "local",
                1,
                1,
                "0",
                "",
                List.of()),
            trials.stream().map(t -> new Manifest.TrialStatus(t.trialId(), t.status())).toList(),
            List.of(),
            "made up",
            100,
            List.of(new StoredFile(path, Files.size(file))));
    Files.createDirectories(folder.resolve("runs"));
    JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .build()
        .writeValue(folder.resolve("runs/" + RUN + ".json").toFile(), manifest);
    return Evidence.of(ResultStore.existing(folder), manifest, trials);
  }

  private static PredictionRow prediction(TrialRow trial, int image, boolean right) {
    return new PredictionRow(
        RUN,
        trial.trialId(),
        "%04d.png".formatted(image),
        1,
        new int[] {right ? 1 : 0},
        new float[] {1},
        0.5,
        trial.quality().orElseThrow().macs(),
        10,
        1,
        1);
  }

  @Test
  void trialsOnOtherImagesAreOnNoFrontAndNamed() throws IOException {
    TrialRow none = trial("none", 100, 80, 4);
    TrialRow evit = trial("evit", 100, 70, 2);
    TrialRow bat = trial("bat", 50, 90, 1);
    Evidence evidence = evidence(List.of(none, evit, bat));
    assertEquals(Optional.empty(), evidence.placed(Cost.MACS, bat));
    assertEquals(1, evidence.placed(Cost.MACS, evit).orElseThrow().probability());
    assertEquals(1, evidence.leftOut().size());
    assertTrue(evidence.leftOut().get(0).contains(bat.trialId()), evidence.leftOut().get(0));
    String html =
        HtmlReport.render(
            new ReportData(
                "other images",
                List.of(none, evit, bat),
                Trials.report(List.of()).provenance(),
                List.of(),
                evidence,
                List.of()));
    assertTrue(html.contains("1 of 3 trials were evaluated on other images"));
  }

  @Test
  void eachPrecisionHasFrontsOfItsOwn() throws IOException {
    TrialRow none = at("fp32", trial("none", 100, 80, 4));
    TrialRow evit = at("fp32", trial("evit", 100, 70, 2));
    TrialRow half = at("bf16", trial("none", 100, 60, 4));
    Evidence evidence = evidence(List.of(none, evit, half));
    assertEquals(
        List.of("fp32", "bf16"),
        evidence.fronts(DATA).stream()
            .filter(front -> front.cost() == Cost.MACS)
            .map(Front::peers)
            .map(Front.Peers::precision)
            .toList());
    assertEquals(Standing.FRONT, evidence.placed(Cost.MACS, half).orElseThrow().standing());
  }

  @Test
  void changesAreThoseOfThePredictions() throws IOException {
    TrialRow none = trial("none", 100, 80, 4);
    TrialRow evit = trial("evit", 100, 70, 2);
    TrialRow bat = trial("bat", 100, 60, 3);
    Evidence evidence = evidence(List.of(none, evit, bat));
    TrialRow.Interval change = evidence.change(evit).orElseThrow();
    assertEquals(-10, change.value());
    // 10 of 100 images differ: their number in a replicate is binomial(100, 0.1)
    assertEquals(-16, change.low(), 1);
    assertEquals(-5, change.high(), 1);
    Front.Placed dominated = evidence.placed(Cost.MACS, bat).orElseThrow();
    assertEquals(Standing.DOMINATED, dominated.standing());
    assertEquals(evit.trialId(), dominated.rival().orElseThrow().trial().trialId());
    assertEquals(-10, dominated.rival().orElseThrow().margin().value());
  }
}
