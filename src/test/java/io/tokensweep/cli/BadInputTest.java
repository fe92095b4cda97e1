package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.cli.Program.Child;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.data.Transform;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake ends with exit code 2, one line that says what to do, and an empty store. */
class BadInputTest {
  @TempDir Path folder;

  private Path sweep;
  private Path results;

  @BeforeEach
  void write() throws IOException {
    sweep = TinySweep.write(folder);
    results = folder.resolve("results");
  }

  private Ended run(Object... more) {
    Object[] arguments =
        Arrays.copyOf(new Object[] {"run", sweep, "--results", results}, 4 + more.length);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Program.run(arguments);
  }

  /** Nothing but the lock file and decoded pixels, if that. */
  private void nothingWritten() throws IOException {
    if (Files.exists(results)) {
      try (var walk = Files.walk(results)) {
        assertEquals(
            List.of(),
            walk.filter(Files::isRegularFile)
                .filter(file -> !file.endsWith("claims.lock"))
                .filter(file -> !file.startsWith(results.resolve("_pixels")))
                .toList());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          methods.2.name=evti          | method evti is unknown         | did you mean evit?
          methods.2.fuze=true          | key fuze is unknown            | did you mean fuse?
          nmae=x                       | key nmae is unknown            | did you mean name?
          methods.2.fuse=maybe         | methods.2.fuse: found maybe    | true or false
          keep_rates=[0.5, 1.5]        | keep_rates.1: found 1.5        | a number above 0 and at most 1
          keep_rates=[-1]              | keep_rates.0: found -1         | a number above 0
          resolutions=[36]             | resolutions.0: found 36        | multiples of the patch 8
          sites=[1, 4]                 | found block 4                  | 0 to 3
          data.count=none              | data.count: found none         | a whole number
          models.0.checkpoint=gone.pth | gone.pth                       | models.0.checkpoint
          models.0.modules=gone.pth    | gone.pth                       | models.0.modules
          models.0.classes=5           | labels of 10 classes           | at most the 5 classes
          measure.quality.batch_size=0 | found 0                        | a whole number from 1
          measure={}                   | found neither quality nor      | throughput
          data={type: imagefolder, path: /nowhere/at/all} | /nowhere/at/all | data
          data={type: video}           | type video is unknown          | flat, imagefolder, parquet, shapes, webdataset
          """)
  void sweepFiles(String override, String found, String allowed) throws IOException {
    run("--set", override).refused(found, allowed);
    nothingWritten();
    Program.run("plan", sweep, "--results", results, "--set", override).refused(found, allowed);
  }

  @Test
  void commandLines() throws IOException {
    Program.run("run", folder.resolve("absent.yaml"), "--results", results)
        .refused("absent.yaml: there is no such sweep file");
    run("--limit", "0").refused("--limit: found 0", "from 1");
    run("--limit", "ten").refused("--limit", "ten");
    run("--set", "keep_rates").refused("keep_rates", "key=value");
    run("--fast").refused("--fast", "tokensweep run --help");
    run("--on-bad-image", "skip").refused("--on-bad-image", "skip");
    Program.run("run").refused("SWEEP");
    Program.run().refused("subcommand");
    Program.run("rum").refused("rum");
    Program.run("results", "--results", results).refused("--sql");
    Program.run("results", "--sql", "select 1", "--results", results).refused("holds no results");
    Program.run("report", "--results", results).refused("holds no results");
    nothingWritten();
  }

  @Test
  void aResultsFolderThatCannotBe() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    results = file.resolve("results");
    run().refused(results.toString(), "cannot be written", "--results");
  }

  @Test
  void checkpoints() throws IOException {
    Path good = folder.resolve("tiny.safetensors");
    byte[] bytes = Files.readAllBytes(good);
    String header = header(bytes);
    Path bad = folder.resolve("bad.safetensors");
    String[] set = {"--set", "models.0.checkpoint=" + bad};

    Files.write(bad, Arrays.copyOf(bytes, bytes.length - 100));
    run((Object[]) set).refused("bad.safetensors");
    Files.write(bad, Arrays.copyOf(bytes, 5));
    run((Object[]) set).refused("bad.safetensors");
    Files.write(bad, new byte[0]);
    run((Object[]) set).refused("bad.safetensors");
    Files.write(
        bad, withHeader(header.replaceFirst("\\[(\\d+),(\\d+)\\]\\}\\}$", "[0,$2]}}"), bytes));
    run((Object[]) set).refused("bad.safetensors");
    Files.write(
        bad, withHeader(header.replaceFirst("\\[(\\d+),(\\d+)\\]\\}\\}$", "[$1,9$2]}}"), bytes));
    run((Object[]) set).refused("bad.safetensors");
    byte[] oversized = bytes.clone();
    ByteBuffer.wrap(oversized).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 62);
    Files.write(bad, oversized);
    run((Object[]) set).refused("bad.safetensors");
    run("--set", "models.0.width=24", "--set", "models.0.heads=2")
        .refused("tiny.safetensors", "24");
    run("--set", "models.0.depth=5").refused("tiny.safetensors", "blocks.4");
    nothingWritten();
  }

  private static String header(byte[] file) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return new String(file, 8, length, StandardCharsets.UTF_8).stripTrailing();
  }

  private static byte[] withHeader(String header, byte[] file) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertFalse(header.equals(header(file)), "the header was not changed: " + header);
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer changed =
        ByteBuffer.allocate(8 + text.length + file.length - 8 - length)
            .order(ByteOrder.LITTLE_ENDIAN);
    return changed
        .putLong(text.length)
        .put(text)
        .put(file, 8 + length, file.length - 8 - length)
        .array();
  }

  @Test
  void aPickleThatRunsCommandsRunsNothing() throws IOException {
    Path proof = folder.resolve("proof");
    Path pickle = folder.resolve("evil.pth");
    try (var zip = new ZipOutputStream(Files.newOutputStream(pickle))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(
          ("\u0080\u0002cposix\nsystem\n(S'touch " + proof + "'\ntR.")
              .getBytes(StandardCharsets.ISO_8859_1));
      zip.closeEntry();
    }
    run("--set", "models.0.checkpoint=" + pickle).refused("evil.pth", "posix", "system");
    assertFalse(Files.exists(proof));
    nothingWritten();
  }

  private Path photographs() throws IOException {
    Path photographs = Files.createDirectory(folder.resolve("photographs"));
    StringBuilder labels = new StringBuilder("image,label\n");
    for (int i = 0; i < 12; i++) {
      var drawn = new ShapesSource(12, 1).load(i, Transform.named("deit"), 40);
      BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_3BYTE_BGR);
      for (int sample = 0; sample < drawn.pixels().length; sample++) {
        int pixel = sample / 3;
        image
            .getRaster()
            .setSample(pixel % 40, pixel / 40, sample % 3, drawn.pixels()[sample] & 255);
      }
      ImageIO.write(image, "jpg", photographs.resolve("p%02d.jpg".formatted(i)).toFile());
      labels.append("p%02d.jpg,%d\n".formatted(i, i % 10));
    }
    Files.writeString(photographs.resolve("labels.csv"), labels);
    return photographs;
  }

  private static String flat(Path photographs) {
    return "data={type: flat, path: \"%s\", labels: labels.csv, classes: 10}"
        .formatted(photographs);
  }

  @Test
  void dataFolders() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    run("--set", "data={type: imagefolder, path: \"%s\"}".formatted(empty))
        .refused(empty.toString());
    run("--set", flat(empty)).refused("labels.csv");
    Path photographs = photographs();
    Path labels = photographs.resolve("labels.csv");
    Files.writeString(labels, Files.readString(labels).replace("p03.jpg,3", "p03.jpg,10"));
    run("--set", flat(photographs)).refused("labels.csv line 5", "'10'", "0 to 9");
    Files.writeString(labels, Files.readString(labels).replace("p03.jpg,10", "p99.jpg,3"));
    run("--set", flat(photographs)).refused("labels.csv line 5", "p99.jpg");
    nothingWritten();
  }

  @Test
  void imagesThatCannotBeDecoded() throws IOException {
    Path photographs = photographs();
    byte[] whole = Files.readAllBytes(photographs.resolve("p02.jpg"));
    Files.write(photographs.resolve("p02.jpg"), Arrays.copyOf(whole, whole.length / 2));
    Files.write(photographs.resolve("p05.jpg"), new byte[0]);
    Files.writeString(photographs.resolve("p07.jpg"), "this is no picture");
    run("--set", flat(photographs), "--set", "measure={quality: {batch_size: 5}}")
        .refused("3 of 12 images", "p02.jpg", "--on-bad-image=record");
    nothingWritten();

    Ended recorded =
        run(
            "--set",
            flat(photographs),
            "--set",
            "measure={quality: {batch_size: 5}}",
            "--on-bad-image=record",
            "--json");
    assertEquals(0, recorded.code(), recorded.err());
    assertEquals(12, recorded.json().get("images").intValue());
    assertEquals(
        List.of(List.of("p02.jpg"), List.of("p05.jpg"), List.of("p07.jpg")),
        Duck.query(
            results,
            "select image from images where status = 'error' and length(error) > 0 order by image"));
    assertEquals(12L, Duck.count(results, "images"));
    assertEquals(9L * TinySweep.TRIALS, Duck.count(results, "predictions"));
    assertEquals(
        List.of(List.of(9L, 3L)),
        Duck.query(results, "select distinct images, images_failed from trials"));

    Ended quality =
        Program.run("results", "--json", "--results", results, "--sql", "select * from timings");
    assertEquals(0, quality.json().get("rows").size());
    assertEquals(24, quality.json().get("columns").size());
  }

  @Test
  void logitsThatAreNoNumbersAreInvalid() throws IOException {
    var weights = RandomNetworks.weights(TinySweep.ARCHITECTURE, 5);
    weights.get("head.bias").data()[3] = Float.POSITIVE_INFINITY;
    TinySweep.checkpoint(folder.resolve("tiny.safetensors"), weights);
    Ended ended = run("--json", "--limit", "10");
    assertEquals(4, ended.code(), ended.err());
    assertEquals(TinySweep.TRIALS, ended.json().get("invalid").intValue());
    assertEquals(
        List.of(List.of("logits of 10 images are not finite", 10L)),
        Duck.query(results, "select distinct error, images from trials where status = 'invalid'"));
    Ended again = run("--json", "--limit", "10");
    assertEquals(0, again.json().get("reused").intValue());
  }

  @Test
  void damagedResults() throws Exception {
    assertEquals(0, run("--json", "--limit", "10").code());
    Path trials = only("trials");
    Path predictions = only("predictions");
    byte[] good = Files.readAllBytes(trials);
    Object[] sql = {"results", "--results", results, "--sql", "select sum(loss) from predictions"};

    Files.write(trials, Arrays.copyOf(good, good.length - 10));
    Path manifest = only("runs");
    run("--limit", "10").refused(trials.toString(), "manifest");
    Program.run("report", "--results", results).refused(trials.toString());
    Program.run(sql).refused(trials.toString());

    byte[] flipped = good.clone();
    int macs = flipped.length / 4;
    for (int i = macs; i < macs + 32; i++) {
      flipped[i] ^= 0x5a;
    }
    Files.write(trials, flipped);
    run("--limit", "10").refused(trials.toString(), "not a readable Parquet file");
    Program.run("report", "--results", results).refused(trials.toString());
    assertEquals(1, results.resolve("runs").toFile().list().length);
    Files.write(trials, good);

    byte[] rows = Files.readAllBytes(predictions);
    for (int i = 0; i < rows.length * 3 / 4; i++) {
      rows[i] ^= 0x5a;
    }
    Files.write(predictions, rows);
    try (Child child = Child.start(folder, sql)) {
      child.await().refused(predictions.toString(), "not a readable Parquet file");
    }
    Files.delete(predictions);
    Program.run(sql).refused(predictions.toString(), "is missing");
    run("--limit", "10").refused(predictions.toString(), "is missing");

    Files.writeString(manifest, "{\"schema\": ");
    Program.run(sql).refused(manifest.toString(), "Manifest");
    Program.run("report", "--results", results).refused(manifest.toString());
    Program.run("report", "none", "--results", results).refused("none");
  }

  private Path only(String table) throws IOException {
    try (var walk = Files.walk(results.resolve(table))) {
      List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
      assertTrue(!files.isEmpty(), table);
      return files.get(0);
    }
  }
}
