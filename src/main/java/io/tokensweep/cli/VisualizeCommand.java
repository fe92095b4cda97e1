package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.InvalidInputException;
import io.tokensweep.report.MapChoice;
import io.tokensweep.report.StoredMaps;
import io.tokensweep.report.TokenMapFiles;
import io.tokensweep.report.TokenMaps;
import io.tokensweep.spark.SourceRecording;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.SourceRow;
import io.tokensweep.store.TrialRow;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.SweepFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code visualize [SWEEP]}: token maps. */
@Command(
    name = "visualize",
    description =
        "Draws which patches trials keep, drop and merge: PNG grids and a page. Of a finished run that"
            + " was measured with measure.quality.sources: true, or of a sweep file, whose chosen images"
            + " are then evaluated anew and not stored.",
    mixinStandardHelpOptions = true)
final class VisualizeCommand implements Callable<Integer> {
  private static final String LATEST = "latest";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SWEEP",
      description = "Sweep file, to evaluate anew (default: take the maps from a run).")
  private Optional<Path> sweep;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replaces a value of the sweep file; dotted path, may be repeated.")
  private List<String> overrides = List.of();

  @Option(names = "--limit", paramLabel = "N", description = "At most N images of the sweep.")
  private Integer limit;

  @Option(
      names = "--run",
      paramLabel = "ID|latest",
      defaultValue = LATEST,
      description = "Run id (default: the last run).")
  private String run;

  @Option(
      names = "--trial",
      paramLabel = "ID",
      description = "Trial id, or a beginning of it; may be repeated.")
  private List<String> trials = List.of();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "Trials of this method; may be repeated (default: all but none).")
  private List<String> methods = List.of();

  @Option(
      names = "--keep-rate",
      paramLabel = "RATE",
      description =
          "Trials of this keep rate; may be repeated (default: of each method the one nearest to"
              + " 0.5).")
  private List<Double> keepRates = List.of();

  @Option(
      names = "--image",
      paramLabel = "NAME",
      description = "Image by its name in the results; may be repeated.")
  private List<String> images = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "4",
      description = "So many images, if none is named (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder to write to (default: reports/<run or sweep>-maps in the results).")
  private Optional<Path> out;

  @Mixin private StoreOptions options;
  @Mixin private CacheOption cache;

  @Override
  public Integer call() {
    MapChoice choice =
        new MapChoice(trials, methods, keepRates, images, count, OptionalInt.empty());
    if (sweep.isPresent()) {
      Sweep read = SweepFile.read(sweep.get(), overrides, System.getenv());
      String folder = read.name().replaceAll("[^A-Za-z0-9._-]+", "-");
      print(read.name(), folder, evaluated(read, choice));
    } else {
      if (!overrides.isEmpty() || limit != null) {
        throw new InvalidInputException(
            "--set and --limit belong to a sweep file, and none was given");
      }
      ResultStore store = ResultStore.existing(options.results());
      Manifest manifest = run.equals(LATEST) ? store.lastManifest() : store.manifest(run);
      StoredMaps maps =
          new StoredMaps(
              store, manifest, store.trialsWithReused(manifest), cache.in(options.results()));
      print(manifest.sweep(), manifest.runId(), maps.find(choice));
    }
    return ExitCode.DONE;
  }

  private TokenMaps evaluated(Sweep read, MapChoice choice) {
    SourceRecording recording = new SourceRecording(read, SweepOptions.limit(limit));
    List<TrialRow> chosen = choice.trials(recording.trials());
    List<String> names = choice.images(recording.images());
    List<SourceRow> rows =
        recording.record(chosen.stream().map(TrialRow::trialId).collect(Collectors.toSet()), names);
    return TokenMaps.of(
        chosen,
        names,
        rows,
        (trial, image) -> Optional.of(recording.pixels(trial.trialId(), image)));
  }

  private void print(String title, String name, TokenMaps maps) {
    Path folder = out.orElseGet(() -> options.results().resolve("reports").resolve(name + "-maps"));
    List<Path> files = TokenMapFiles.write(maps, title, folder);
    if (options.json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("page", files.get(0).toString());
      ArrayNode list = json.putArray("pictures");
      files.stream().skip(1).forEach(file -> list.add(file.toString()));
      System.out.println(json);
    } else {
      files.forEach(file -> System.out.println("written: " + file));
    }
  }
}
