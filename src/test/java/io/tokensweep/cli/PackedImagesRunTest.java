package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.cli.Program.Ended;
import io.tokensweep.data.Packed;
import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep on tar shards and on Parquet files is that on the folder of the same images. */
class PackedImagesRunTest {
  private static final String PREDICTIONS =
      "SELECT trial_id, image, label, pred1, logit1, loss FROM predictions"
          + " ORDER BY trial_id, image";

  @TempDir Path folder;
  private String files;
  private String shards;
  private String parquet;

  @BeforeEach
  void pack() throws IOException {
    List<Packed.File> photographs = Packed.photographs(24, 4);
    Packed.folder(folder.resolve("files"), photographs);
    Packed.shard(folder.resolve("s-000.tar"), photographs.subList(15, 24));
    Packed.shard(folder.resolve("s-001.tar"), photographs.subList(0, 15));
    Packed.parquet(folder.resolve("p-0.parquet"), photographs.subList(11, 24));
    Packed.parquet(folder.resolve("p-1.parquet"), photographs.subList(0, 11));
    files = "data={type: imagefolder, path: \"%s\"}".formatted(folder.resolve("files"));
    shards = "data={type: webdataset, path: \"%s/s-{000..001}.tar\"}".formatted(folder);
    parquet = "data={type: parquet, path: \"%s/p-{0..1}.parquet\", classes: 4}".formatted(folder);
  }

  private Ended sweep(String command, Path results, String data, Object... more)
      throws IOException {
    List<Object> arguments = new java.util.ArrayList<>(List.of(command));
    arguments.add(TinySweep.write(folder));
    arguments.addAll(List.of("--set", data, "--set", "measure={quality: {batch_size: 5}}"));
    arguments.addAll(List.of("--json", "--results", results));
    arguments.addAll(List.of(more));
    return Program.run(arguments.toArray());
  }

  private String predictions(String results, String data, Object... more) throws IOException {
    Ended ended = sweep("run", folder.resolve(results), data, more);
    assertEquals(0, ended.code(), ended.err());
    assertEquals(TinySweep.TRIALS, ended.json().get("ok").intValue());
    return Program.run(
            "results",
            "--results",
            folder.resolve(results),
            "--sql",
            PREDICTIONS,
            "--format",
            "csv")
        .out();
  }

  @Test
  void predictionsAreThoseOfTheFolder() throws IOException {
    String expected = predictions("files-results", files);
    assertEquals(1 + 24 * TinySweep.TRIALS, expected.lines().count());
    assertEquals(expected, predictions("tar-results", shards));
    assertEquals(expected, predictions("parquet-results", parquet));

    Ended again = sweep("run", folder.resolve("files-results"), shards);
    assertEquals(TinySweep.TRIALS, again.json().get("reused").intValue(), again::err);
    Ended plan = sweep("plan", folder.resolve("files-results"), parquet);
    assertEquals(TinySweep.TRIALS, plan.json().get("committed").intValue(), plan::err);
  }

  @Test
  void preparedPixelsAreThoseOfTheFolderAndSomeImagesAreTheSame() throws IOException {
    Path cache = folder.resolve("cache");
    Ended prepared =
        Program.run(
            "prepare", TinySweep.write(folder), "--set", shards, "--cache", cache, "--json");
    assertEquals("{\"images\":24,\"decoded\":24,\"unusable\":0}", prepared.json().toString());
    Ended again =
        Program.run(
            "prepare", TinySweep.write(folder), "--set", parquet, "--cache", cache, "--json");
    assertEquals("{\"images\":24,\"decoded\":0,\"unusable\":0}", again.json().toString());
    String expected = predictions("files-results", files, "--limit", 7, "--cache", cache);
    assertEquals(expected, predictions("tar-results", shards, "--limit", 7, "--cache", cache));
    assertEquals(expected, predictions("parquet-results", parquet, "--limit", 7, "--cache", cache));
  }

  @Test
  void anImageOfAnotherFormatStopsTheRunOrIsRecorded() throws IOException {
    Packed.tar(
        folder.resolve("s-002.tar"),
        List.of(Packed.File.text("w.webp", "RIFF....WEBPVP8 "), Packed.File.text("w.cls", "1")));
    Path results = folder.resolve("results");
    String more = shards.replace("001}", "002}");
    sweep("run", results, more)
        .refused("1 of 25 images", "w.webp", "unsupported format WebP", "s-002.tar, byte 512");
    Ended recorded = sweep("run", results, more, "--on-bad-image", "record");
    assertEquals(0, recorded.code(), recorded.err());
    assertEquals(
        "images,images_failed\n24,1\n",
        Program.run(
                "results",
                "--results",
                results,
                "--sql",
                "SELECT DISTINCT images, images_failed FROM trials",
                "--format",
                "csv")
            .out());
  }

  @Test
  void dataThatCannotBeReadIsRefusedInOneLine() throws IOException {
    Path results = folder.resolve("results");
    sweep("plan", results, shards.replace("001}", "002}"))
        .refused("s-002.tar", "no such file", "1 of the 3 files");
    sweep("run", results, shards.replace("webdataset", "parquet"))
        .refused("s-000.tar", "allowed", ".parquet");
    sweep("run", results, parquet.replace("classes: 4", "classes: 3"))
        .refused("p-0.parquet row ", "label '3'", "0 to 2");
    sweep("run", results, parquet.replace("classes: 4", "classes: 11"))
        .refused("labels of 11 classes", "at most the 10 classes");
    sweep("run", results, parquet.replace("classes: 4", "image_column: img"))
        .refused("p-0.parquet", "no column img", "image, label");
    sweep("run", results, parquet.replace("classes: 4", "labels: imagenet, classes: 4"))
        .refused("data.classes", "labels: imagenet", "labels: numbers");
    sweep("run", results, parquet.replace("parquet,", "parket,"))
        .refused("type parket is unknown", "did you mean parquet?");
  }
}
