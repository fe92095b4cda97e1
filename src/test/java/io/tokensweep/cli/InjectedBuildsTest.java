package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.spark.ChangedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code compare} says of real builds that predict something else of some of 10,000 images, or
 * keep one token more. {@code -Dcampaign.builds} of each kind, 2 unless told.
 */
@Tag("campaign")
class InjectedBuildsTest {
  private static final String SWEEP =
      """
      name: injected
      data: {type: shapes, count: 10000, seed: 7}
      models:
        - {name: vit_custom, checkpoint: embedded, image_size: 64, patch: 8, width: 64, depth: 12, heads: 4, hidden: 256, classes: 10}
      methods: [{name: evit}]
      keep_rates: [0.5]
      resolutions: [64]
      sites: [3, 6, 9]
      measure:
        quality: {batch_size: 50}
      """;

  @TempDir Path folder;

  private Path sweep;
  private int measured;

  @BeforeEach
  void baseIsMeasured() throws IOException, InterruptedException {
    sweep = Files.writeString(folder.resolve("injected.yaml"), SWEEP);
    measure(Optional.empty());
  }

  /** Returns the run's id. */
  private String measure(Optional<Path> build) throws IOException, InterruptedException {
    String classPath = System.getProperty("java.class.path");
    build.ifPresent(any -> System.setProperty("java.class.path", ChangedBuild.classPath(any)));
    try (Program.Child child =
        Program.Child.start(
            folder,
            "run",
            sweep,
            "--fresh",
            "--results",
            folder.resolve("results"),
            "--cache",
            folder.resolve("cache"),
            "--json")) {
      Program.Ended ended = child.await();
      assertEquals(0, ended.code(), ended.err());
      String run = ended.json().path("run_id").asText();
      if (measured++ == 0) {
        Files.writeString(folder.resolve("base"), run);
      }
      return run;
    } finally {
      System.setProperty("java.class.path", classPath);
    }
  }

  private JsonNode compared(Path build) throws IOException, InterruptedException {
    String run = measure(Optional.of(build));
    Program.Ended ended =
        Program.run(
            "compare",
            Files.readString(folder.resolve("base")),
            run,
            "--results",
            folder.resolve("results"),
            "--json");
    assertTrue(ended.code() == 0 || ended.code() == 1, ended.err());
    return ended.json().path("trials").path(0);
  }

  private static JsonNode change(JsonNode trial, String metric) {
    return StreamSupport.stream(trial.path("changes").spliterator(), false)
        .filter(change -> change.path("metric").asText().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void flippedPredictionsAreFound() throws IOException, InterruptedException {
    int builds = Integer.getInteger("campaign.builds", 2);
    for (double percent : new double[] {0.2, 0.5, 1}) {
      int found = 0;
      for (int seed = 0; seed < builds; seed++) {
        Path build = folder.resolve("flip-%s-%d".formatted(percent, seed));
        JsonNode trial = compared(ChangedBuild.flipping(build, percent / 100, seed));
        JsonNode predictions = trial.path("predictions");
        JsonNode top1 = change(trial, "top1");
        double changed = predictions.path("changed").asDouble();
        double wanted = 10_000 * percent / 100;
        assertEquals(wanted, changed, 5 * Math.sqrt(wanted), "five deviations");
        found += top1.path("verdict").asText().equals("worse") ? 1 : 0;
        System.out.printf(
            "%s %%: changed %d, lost %d, gained %d, top1 %s%n",
            percent,
            predictions.path("changed").asInt(),
            predictions.path("lost").asInt(),
            predictions.path("gained").asInt(),
            top1.path("verdict").asText());
      }
      if (percent >= 0.5) {
        assertTrue(found >= 0.95 * builds, found + " of " + builds);
      }
      System.out.printf("| %s %% of the images flip | %d of %d |%n", percent, found, builds);
    }
  }

  @Test
  void oneTokenMoreIsFound() throws IOException, InterruptedException {
    JsonNode trial = compared(ChangedBuild.keepingOneMore(folder.resolve("more")));
    JsonNode macs = change(trial, "macs");
    System.out.println(macs + " " + trial.path("tokens"));
    assertEquals("worse", macs.path("verdict").asText());
    assertEquals(3, trial.path("tokens").path("block").asInt());
    assertEquals(
        trial.path("tokens").path("base").asDouble() + 1,
        trial.path("tokens").path("head").asDouble());
  }
}
