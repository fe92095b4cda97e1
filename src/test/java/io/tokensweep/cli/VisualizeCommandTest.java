package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Token maps of a run and of a sweep. */
class VisualizeCommandTest {
  private static final List<String> SETTINGS =
      List.of(
          "methods=[none, {name: evit, fuse: [false, true]}, {name: tome, r: 2}, bat]",
          "resolutions=[32, 40]",
          "keep_rates=[0.3, 0.5]");

  @TempDir static Path folder;

  private static Path sweep;
  private static Path results;
  private static String plainRun;
  private static String run;

  @BeforeAll
  static void run() throws IOException {
    sweep = TinySweep.write(folder);
    results = folder.resolve("results");
    plainRun = measure(List.of("measure={quality: {}}"));
    run =
        measure(
            Stream.concat(Stream.of("measure={quality: {sources: true}}"), SETTINGS.stream())
                .toList());
  }

  private static String measure(List<String> settings) {
    List<Object> arguments =
        new ArrayList<>(List.of("run", sweep, "--json", "--limit", "6", "--results", results));
    settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    Ended ended = Program.run(arguments.toArray());
    assertEquals(0, ended.code(), ended.err());
    return ended.json().get("run_id").textValue();
  }

  private static Ended visualize(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("visualize", "--results", results));
    arguments.addAll(List.of(more));
    return Program.run(arguments.toArray());
  }

  private static List<Path> pictures(Ended ended) {
    assertEquals(0, ended.code(), ended.err());
    JsonNode pictures = ended.json().get("pictures");
    return StreamSupport.stream(pictures.spliterator(), false)
        .map(JsonNode::textValue)
        .map(Path::of)
        .toList();
  }

  @Test
  void aRunIsDrawnFromItsTablesAndThePixelCache() throws IOException {
    Ended ended = visualize("--json", "--count", "2");
    List<Path> pictures = pictures(ended);
    Path page = Path.of(ended.json().get("page").textValue());
    assertEquals(results.resolve("reports").resolve(run + "-maps/index.html"), page);
    assertEquals(6, pictures.size(), "two images at two resolutions, an overview of each");
    for (Path picture : pictures) {
      BufferedImage image = ImageIO.read(picture.toFile());
      assertTrue(image.getWidth() > 600 && image.getHeight() > 300, picture::toString);
    }
    String html = Files.readString(page);
    List<Object> shown =
        Duck.query(
                results,
                ("select trial_id from trials where run_id = '%s' and method != 'none'"
                        + " and (keep_rate is null or keep_rate = 0.5)")
                    .formatted(run))
            .stream()
            .map(row -> row.get(0))
            .toList();
    assertEquals(8, shown.size());
    shown.forEach(id -> assertTrue(html.contains("id=\"maps-" + id + "\""), id::toString));
    assertEquals(8, html.split("<article", -1).length - 1, "one of each method and resolution");
  }

  @Test
  void theReportDrawsMapsFromTheCacheThatItIsGiven() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    assertFalse(reportWith(elsewhere).contains("id=\"maps-"), "no pixels there");
    Ended prepared =
        Program.run(
            "prepare",
            sweep,
            "--limit",
            "6",
            "--set",
            SETTINGS.get(1),
            "--results",
            results,
            "--cache",
            elsewhere);
    assertEquals(0, prepared.code(), prepared.err());
    String page = reportWith(elsewhere);
    assertTrue(page.contains("id=\"maps-"));
    assertEquals(page, reportWith(results.resolve("_pixels")));
  }

  private static String reportWith(Path cache) throws IOException {
    Ended ended = Program.run("report", run, "--json", "--results", results, "--cache", cache);
    assertEquals(0, ended.code(), ended.err());
    return Files.readString(Path.of(ended.json().get("report").textValue()));
  }

  /** Evaluated now and recorded then are the same pictures. */
  @Test
  void aSweepIsEvaluatedAnew() throws IOException {
    Path anew = folder.resolve("anew");
    List<Object> arguments = new ArrayList<>(List.of(sweep, "--limit", "6", "--out", anew));
    SETTINGS.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    arguments.addAll(List.of("--json", "--count", "3"));
    List<Path> fresh = pictures(visualize(arguments.toArray()));
    List<Path> stored =
        pictures(visualize("--json", "--count", "3", "--out", folder.resolve("stored")));
    assertEquals(
        fresh.stream().map(Path::getFileName).toList(),
        stored.stream().map(Path::getFileName).toList());
    for (int i = 0; i < fresh.size(); i++) {
      assertArrayEquals(
          Files.readAllBytes(fresh.get(i)), Files.readAllBytes(stored.get(i)), "" + fresh.get(i));
    }
  }

  @Test
  void trialsAndImagesAreChosen() throws IOException {
    String evit =
        (String)
            Duck.cell(
                results,
                ("select min(trial_id) from trials where run_id = '%s' and method = 'evit'"
                        + " and resolution = 40")
                    .formatted(run));
    String image = new ShapesSource(6, 3).images().get(4).name();
    Ended ended =
        visualize("--json", "--trial", evit.substring(0, 12), "--image", image, "--run", run);
    assertEquals(1, pictures(ended).size());
    String html = Files.readString(Path.of(ended.json().get("page").textValue()));
    assertTrue(html.contains("maps-" + evit) && html.contains(image), html);
    assertEquals(
        2,
        Files.readString(
                    Path.of(
                        visualize(
                                "--json", "--method", "evit", "--keep-rate", "0.3", "--count", "1")
                            .json()
                            .get("page")
                            .textValue()))
                .split("id=\"photo-", -1)
                .length
            - 1,
        "one image at two resolutions");
  }

  @Test
  void whatCannotBeDrawnIsSaid() {
    visualize("--run", plainRun).refused(plainRun, "sweep file", "measure.quality.sources=true");
    visualize("--trial", "nobody").refused("trial 'nobody'", "found 0");
    visualize("--method", "evitt").refused("evitt", "evit", "bat");
    visualize("--image", "gone.png").refused("gone.png", "6 images");
    visualize("--count", "0").refused("--count", "0");
    visualize("--keep-rate", "0.77").refused("0.77", "keep rate 0.5");
    visualize("--set", "name=x").refused("--set", "sweep file");
    visualize("--cache", folder.resolve("empty")).refused("empty", "prepare");
    visualize("--out", sweep.resolve("below")).refused("below");
  }
}
