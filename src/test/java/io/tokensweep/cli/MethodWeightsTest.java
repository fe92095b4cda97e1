package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.Checkpoint;
import io.tokensweep.model.checkpoint.Checkpoints;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of methods come from a second file, which {@code calibrate} writes for psvit. */
class MethodWeightsTest {
  private static final String MODEL =
      "name: vit_custom, checkpoint: \"%s\", image_size: 32, patch: 8, width: 16, depth: 4, heads: 2,"
          + " hidden: 32, classes: 10";

  @TempDir Path folder;

  private Path sweep;
  private Path scores;
  private Path results;
  private String model;

  @BeforeEach
  void write() throws IOException {
    TinySweep.write(folder);
    model = MODEL.formatted(folder.resolve("tiny.safetensors"));
    scores = folder.resolve("new/scores.safetensors");
    results = folder.resolve("results");
    sweep =
        Files.writeString(
            folder.resolve("slim.yaml"),
            """
            name: slim
            data: {type: shapes, count: 12, seed: 3}
            models:
              - {%s}
            methods: [none, psvit]
            keep_rates: [0.5, 0.7]
            resolutions: [32, 40]
            sites: [1, 2]
            measure: {quality: {batch_size: 5}}
            """
                .formatted(model));
  }

  /**
   * @param more options and values in turn, in place of or beside the usual ones
   */
  private Ended calibrate(String... more) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("--out", scores);
    options.put("--models", "{" + model + "}");
    options.put("--data", "{type: shapes, count: 30, seed: 11}");
    options.put("--images", "6");
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    List<Object> arguments = new ArrayList<>(List.of("calibrate", "--json"));
    options.forEach((name, value) -> arguments.addAll(List.of(name, value)));
    return Program.run(arguments.toArray());
  }

  private Ended run(Path modules, String... more) {
    return sweep("run", modules, more);
  }

  private Ended sweep(String command, Path modules, String... more) {
    return Program.run(
        Stream.concat(
                Stream.of(command, sweep, "--results", results, "--json"),
                Stream.concat(Stream.of("--set", "models.0.modules=" + modules), Stream.of(more)))
            .toArray());
  }

  @Test
  void calibratedScoresRunASweepAtTheirResolutions() throws IOException {
    Ended written = calibrate("--resolutions", "[32, 40]");
    assertEquals(0, written.code(), written.err());
    assertEquals("6", written.json().get("images").textValue());
    assertEquals("[32,40]", written.json().get("resolutions").textValue());
    byte[] first = Files.readAllBytes(scores);
    try (Checkpoint file = Checkpoints.open(scores)) {
      assertEquals(Set.of("patch_scores.16", "patch_scores.25"), file.tensors().keySet());
      assertEquals(List.of(3L, 25L), file.tensors().get("patch_scores.25").shape());
      assertEquals("psvit", file.metadata().get("method"));
      assertEquals(64, file.metadata().get("checkpoint_sha256").length());
      assertEquals(64, file.metadata().get("data_sha256").length());
    }
    assertEquals(0, calibrate("--resolutions", "[32, 40]").code());
    assertArrayEquals(first, Files.readAllBytes(scores));

    Ended run = run(scores);
    assertEquals(0, run.code(), run.err());
    assertEquals(6, run.json().get("ok").intValue());
    assertEquals(
        List.of(List.of("[17.0,9.0,5.0,5.0]"), List.of("[26.0,14.0,8.0,8.0]")),
        Duck.query(
            results,
            "select tokens from trials where method = 'psvit' and keep_rate = 0.5 order by resolution"));
    assertEquals(
        List.of(List.of(Checkpoints.contentHash(scores))),
        Duck.query(results, "select distinct modules_sha256 from trials"));
    Path copy = Files.copy(scores, folder.resolve("copy.safetensors"));
    assertEquals(6, sweep("plan", copy).json().get("committed").intValue());

    Path changed = folder.resolve("changed.safetensors");
    TinySweep.checkpoint(
        changed, Map.of("patch_scores.16", new HostTensor(new long[] {3, 16}, new float[48])));
    assertNotEquals(ids(sweep("plan", scores)), ids(sweep("plan", changed)));
    run(changed)
        .refused(
            changed.toString(),
            "does not hold the weights of psvit (keep rate 0.5, 0.7, resolution 40)",
            "1 missing ('patch_scores.25')",
            "models.N.modules",
            "exclude");
    assertEquals(0, run(changed, "--set", "exclude=[{method: psvit, resolution: 40}]").code());
  }

  private static List<String> ids(Ended plan) {
    List<String> ids = new ArrayList<>();
    for (JsonNode trial : plan.json().get("trials_detail")) {
      ids.add(trial.get("trial_id").textValue());
    }
    return ids;
  }

  @Test
  void weightsThatAreMissingOrOfAnotherShapeAreRefusedBeforeAnythingRuns() throws IOException {
    Program.run("run", sweep, "--results", results)
        .refused("tiny.safetensors", "psvit", "resolution 32", "1 missing ('patch_scores.16')");
    assertEquals(0, Program.run("plan", sweep, "--results", results).code());
    run(folder.resolve("absent")).refused("models.0.modules", "absent");

    Path other = folder.resolve("other.safetensors");
    TinySweep.checkpoint(
        other, Map.of("patch_scores.16", new HostTensor(new long[] {11, 16}, new float[176])));
    run(other)
        .refused(
            "tiny.safetensors + " + other,
            "psvit",
            "1 of another shape ('patch_scores.16' is [11, 16], expected [3, 16])");
    TinySweep.checkpoint(
        other, Map.of("patch_store.16", new HostTensor(new long[] {1}, new float[1])));
    run(other).refused("other.safetensors", "1 unexpected ('patch_store.16')");
    assertFalse(Files.exists(results.resolve("runs")));
  }

  @Test
  void calibrateSaysWhatItCannotUse() {
    calibrate("--data", "{type: video}").refused("--data", "type video is unknown");
    calibrate("--models", "{name: deit}").refused("--models", "model deit is unknown");
    calibrate("--models", "{name: deit_tiny_patch16_224}").refused("has no checkpoint");
    calibrate("--models", "[{%s}, {%s, position_embedding: timm-0.4}]".formatted(model, model))
        .refused("2 models", "one model");
    calibrate("--models", "{%s}".formatted(model.replace("depth: 4", "depth: 1")))
        .refused("one block", "at least two");
    calibrate("--resolutions", "[36]").refused("--resolutions", "36", "multiples of the patch 8");
    calibrate("--images", "0").refused("--images is 0");
    calibrate("--transform", "squish").refused("--transform", "squish");
    assertFalse(Files.exists(scores));
  }
}
