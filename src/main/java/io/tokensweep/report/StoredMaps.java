package io.tokensweep.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.InvalidInputException;
import io.tokensweep.data.PixelCache;
import io.tokensweep.data.RgbImage;
import io.tokensweep.data.Transform;
import io.tokensweep.data.View;
import io.tokensweep.store.ImageRow;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.SourceRow;
import io.tokensweep.store.TrialRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Token maps of a finished run that recorded where patches went: from its tables and the pixel
 * cache. Neither the images nor the weights are needed.
 */
public final class StoredMaps {
  private final ResultStore store;
  private final Manifest manifest;
  private final List<TrialRow> trials;
  private final Map<View, PixelCache> caches = new HashMap<>();
  private final Path cache;

  /**
   * @param trials of the run, reused ones included
   * @param cache folder of the pixel cache
   */
  public StoredMaps(ResultStore store, Manifest manifest, List<TrialRow> trials, Path cache) {
    this.store = store;
    this.manifest = manifest;
    this.trials = List.copyOf(trials);
    this.cache = cache;
  }

  /**
   * What is wanted of them.
   *
   * @throws InvalidInputException if the run did not record where patches went, if the choice does
   *     not fit, or if the cache has lost the pixels of all images
   */
  public TokenMaps find(MapChoice choice) {
    if (!manifest.recordsSources()) {
      throw new InvalidInputException(
          "run %s did not record where patches go; give the sweep file to evaluate the images anew, or run it with --set measure.quality.sources=true"
              .formatted(manifest.runId()));
    }
    TokenMaps maps = collect(choice);
    if (maps.pictures().isEmpty()) {
      throw new InvalidInputException(
          "the pixel cache %s has none of the images; fill it with prepare, or give the sweep file to evaluate the images anew"
              .formatted(cache));
    }
    return maps;
  }

  /** What there is of them: nothing where nothing was recorded or the pixels are gone. */
  public TokenMaps findIfAny(MapChoice choice) {
    boolean any =
        manifest.recordsSources()
            && trials.stream()
                .anyMatch(t -> t.status() == TrialRow.Status.OK && !Entry.isBaseline(t));
    return any ? collect(choice) : TokenMaps.NONE;
  }

  private TokenMaps collect(MapChoice choice) {
    List<TrialRow> chosen = choice.trials(trials);
    Map<String, ImageRow> images = images(chosen);
    List<String> names =
        choice.images(
            images.values().stream()
                .filter(image -> image.error().isEmpty())
                .map(ImageRow::image)
                .toList());
    Set<String> wanted = new HashSet<>(names);
    List<SourceRow> rows = new ArrayList<>();
    store.sources(
        manifest,
        chosen.stream().map(TrialRow::trialId).collect(Collectors.toSet()),
        row -> {
          if (wanted.contains(row.image())) {
            rows.add(row);
          }
        });
    return TokenMaps.of(
        chosen,
        names,
        rows,
        (trial, image) ->
            images.get(image).contentHash().flatMap(content -> pixels(trial, content)));
  }

  /** Of the run, or of one that measured what this one reused, by name. */
  private Map<String, ImageRow> images(List<TrialRow> chosen) {
    List<ImageRow> rows = store.images(manifest);
    if (rows.isEmpty()) {
      rows = store.images(store.manifest(chosen.get(0).runId()));
    }
    return rows.stream()
        .collect(Collectors.toMap(ImageRow::image, row -> row, (a, b) -> a, LinkedHashMap::new));
  }

  private Optional<RgbImage> pixels(TrialRow trial, String content) {
    TrialRow.Configuration c = trial.configuration();
    View view = new View(transform(c.transform()), c.resolution());
    return caches
        .computeIfAbsent(view, absent -> PixelCache.open(cache, view))
        .find(content)
        .map(planes -> RgbImage.ofPlanes(c.resolution(), planes));
  }

  private static Transform transform(String json) {
    try {
      return Transform.ofCanonical(
          new ObjectMapper().readValue(json, new TypeReference<Map<String, Object>>() {}));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("transform %s is no JSON".formatted(json), e);
    }
  }
}
