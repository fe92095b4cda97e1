package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs decode, and what they keep of it. */
class PixelCacheRunTest {
  private static final String DIGESTS =
      "SELECT method, parameters, keep_rate, prediction_digest, loss FROM trials"
          + " WHERE run_id = '%s' ORDER BY trial_id";

  @TempDir Path folder;

  private JsonNode run(Path results, String... more) throws IOException {
    List<Object> arguments = new java.util.ArrayList<>(List.of("run"));
    arguments.add(TinySweep.write(folder));
    arguments.addAll(List.of("--json", "--limit", "10", "--results", results));
    arguments.addAll(List.of(more));
    Ended ended = Program.run(arguments.toArray());
    assertEquals(0, ended.code(), ended.err());
    return ended.json();
  }

  private static String digests(Path results, JsonNode run) {
    return Program.run(
            "results",
            "--results",
            results,
            "--sql",
            DIGESTS.formatted(run.get("run_id").textValue()))
        .out();
  }

  private static List<Path> parts(Path cache) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files.filter(file -> file.toString().endsWith(".pixels")).sorted().toList();
    }
  }

  @Test
  void aSecondSweepDecodesNothingAndDamageIsMended() throws IOException {
    Path results = folder.resolve("results");
    JsonNode first = run(results);
    assertEquals(10, first.get("decoded").intValue());
    assertEquals(0, run(results, "--set", "keep_rates=[0.6]").get("decoded").intValue());
    assertEquals(0, run(results).get("decoded").intValue(), "all is reused");

    Path part = parts(results.resolve("_pixels")).get(0);
    try (RandomAccessFile bytes = new RandomAccessFile(part.toFile(), "rw")) {
      bytes.seek(part.toFile().length() - 5);
      bytes.write(bytes.read() ^ 1);
    }
    JsonNode again = run(results, "--fresh");
    int decoded = again.get("decoded").intValue();
    assertTrue(decoded >= 1 && decoded <= 10, again::toString);
    assertEquals(digests(results, first), digests(results, again));
    assertEquals(0, run(results, "--fresh").get("decoded").intValue());
  }

  @Test
  void prepareFillsTheCacheThatARunTakes() throws IOException {
    Path cache = folder.resolve("cache");
    Path sweep = TinySweep.write(folder);
    Ended prepared = Program.run("prepare", sweep, "--limit", "10", "--cache", cache, "--json");
    assertEquals(0, prepared.code(), prepared.err());
    assertEquals(10, prepared.json().get("decoded").intValue());
    assertEquals(
        "{\"images\":10,\"decoded\":0,\"unusable\":0}",
        Program.run("prepare", sweep, "--limit", "10", "--cache", cache, "--json")
            .json()
            .toString());
    Path results = folder.resolve("results");
    assertEquals(0, run(results, "--cache", cache.toString()).get("decoded").intValue());
    assertTrue(!Files.exists(results.resolve("_pixels")));

    long bytes = 0;
    for (Path part : parts(cache)) {
      bytes += Files.size(part);
    }
    Ended kept = Program.run("prepare", "--gc", "--cache", cache, "--json");
    assertEquals(0, kept.json().get("freed_bytes").longValue());
    Ended freed = Program.run("prepare", "--gc", "--unused-days", "0", "--cache", cache, "--json");
    assertEquals(bytes, freed.json().get("freed_bytes").longValue());
    assertEquals(List.of(), parts(cache));
  }

  @Test
  void nothingToPrepareIsRefused() throws IOException {
    Program.run("prepare").refused("--gc");
    Program.run("prepare", "--gc", "--unused-days", "-1").refused("--unused-days", "-1");
    Program.run("prepare", TinySweep.write(folder), "--limit", "0").refused("--limit", "0");
  }
}
