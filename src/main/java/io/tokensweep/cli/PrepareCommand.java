package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.InvalidInputException;
import io.tokensweep.data.PixelCache;
import io.tokensweep.spark.PixelPreparation;
import io.tokensweep.storage.FileCache;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.SweepFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code prepare [SWEEP]}: fills the pixel cache ahead of a run, and clears it up. */
@Command(
    name = "prepare",
    description =
        "Decodes and resizes the images of a sweep into the pixel cache, or clears it up.",
    mixinStandardHelpOptions = true)
final class PrepareCommand implements Callable<Integer> {
  @Parameters(index = "0", arity = "0..1", paramLabel = "SWEEP", description = "Sweep file (YAML).")
  private Optional<Path> file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replaces a value of the sweep file; dotted path, may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "N", description = "At most N images.")
  private Optional<Integer> limit;

  @Option(
      names = "--gc",
      description =
          "Remove cached pixels, and this host's copies of shared files, that no run has"
              + " used for --unused-days.")
  private boolean collect;

  @Option(
      names = "--unused-days",
      paramLabel = "DAYS",
      defaultValue = "30",
      description = "For --gc, from 0 (default: ${DEFAULT-VALUE}).")
  private int unusedDays;

  @Mixin private StoreOptions store;
  @Mixin private CacheOption cache;

  @Override
  public Integer call() {
    if (file.isEmpty() && !collect) {
      throw new InvalidInputException("prepare: nothing to do, give a sweep file or --gc");
    }
    if (unusedDays < 0) {
      throw new InvalidInputException(
          "--unused-days: found %d, allowed are whole numbers from 0".formatted(unusedDays));
    }
    Path root = cache.in(store.results());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    StringBuilder text = new StringBuilder();
    if (collect) {
      Instant unusedSince = Instant.now().minus(Duration.ofDays(unusedDays));
      long freed = PixelCache.collectGarbage(root, unusedSince);
      FileCache files = FileCache.ofThisHost();
      long copies = files.collectGarbage(unusedSince);
      json.put("freed_bytes", freed);
      json.put("freed_file_bytes", copies);
      text.append(String.format("freed %.1f MiB of %s%n", freed / 1048576.0, root));
      if (copies > 0) {
        text.append(String.format("freed %.1f MiB of %s%n", copies / 1048576.0, files.root()));
      }
    }
    file.ifPresent(path -> prepare(path, root, json, text));
    System.out.print(store.json() ? json + System.lineSeparator() : text);
    return ExitCode.DONE;
  }

  private void prepare(Path path, Path root, ObjectNode json, StringBuilder text) {
    if (limit.isPresent() && limit.get() < 1) {
      throw new InvalidInputException(
          "--limit: found %d, allowed are whole numbers from 1".formatted(limit.get()));
    }
    Sweep sweep = SweepFile.read(path, overrides, System.getenv());
    PixelPreparation.Prepared prepared =
        PixelPreparation.run(
            sweep,
            limit.map(OptionalInt::of).orElseGet(OptionalInt::empty),
            root,
            System.err,
            Boolean.getBoolean("tokensweep.terminal"));
    json.put("images", prepared.images());
    json.put("decoded", prepared.decoded());
    json.put("unusable", prepared.unusable());
    text.append(
        String.format(
            "%d images, %d decoded now, %d cannot be decoded; in %s%n",
            prepared.images(), prepared.decoded(), prepared.unusable(), root));
  }
}
