package io.tokensweep.report;

import io.tokensweep.data.RgbImage;
import io.tokensweep.store.SourceRow;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Token maps of some trials on some images.
 *
 * @param pictures for each image and way of seeing it, in the order of the images
 */
public record TokenMaps(List<Picture> pictures) {
  public TokenMaps {
    pictures = List.copyOf(pictures);
  }

  /** No maps. */
  public static final TokenMaps NONE = new TokenMaps(List.of());

  /**
   * An image as some trials see it.
   *
   * @param image its name
   * @param resolution pixels of a side
   * @param photo what the network sees
   * @param trials those that see it so
   */
  record Picture(String image, int resolution, RgbImage photo, List<OfTrial> trials) {
    Picture {
      trials = List.copyOf(trials);
    }
  }

  /**
   * What a trial did with an image.
   *
   * @param name of the trial
   * @param maps after each block that changed the tokens, in their order; none if nothing did
   */
  record OfTrial(String trialId, String name, List<TokenMap> maps) {
    /** At most so many of the maps, spread over the depth, the last one always among them. */
    List<TokenMap> stages(int most) {
      if (maps.size() <= most) {
        return maps;
      }
      List<TokenMap> chosen = new ArrayList<>();
      for (int i = 1; i <= most; i++) {
        chosen.add(maps.get((int) Math.ceil((double) i * maps.size() / most) - 1));
      }
      return chosen;
    }

    Optional<TokenMap> end() {
      return maps.isEmpty() ? Optional.empty() : Optional.of(maps.get(maps.size() - 1));
    }
  }

  /**
   * Collects maps.
   *
   * @param trials in the order in which they are shown
   * @param images names, in the order in which they are shown
   * @param rows of the sources table; those of other trials and images are left out
   * @param pixels what a trial sees of an image; empty where that is not known any more
   */
  public static TokenMaps of(
      List<TrialRow> trials,
      List<String> images,
      List<SourceRow> rows,
      BiFunction<TrialRow, String, Optional<RgbImage>> pixels) {
    record Place(String trial, String image) {}
    record Seen(String transform, int resolution) {}
    Map<Place, List<TokenMap>> maps = new LinkedHashMap<>();
    rows.stream()
        .sorted((a, b) -> Integer.compare(a.block(), b.block()))
        .forEach(
            row ->
                maps.computeIfAbsent(
                        new Place(row.trialId(), row.image()), absent -> new ArrayList<>())
                    .add(new TokenMap(row.block(), row.tokens(), row.sources())));
    Names names = new Names(trials);
    List<Picture> pictures = new ArrayList<>();
    for (String image : images) {
      Map<Seen, List<TrialRow>> alike = new LinkedHashMap<>();
      for (TrialRow trial : trials) {
        TrialRow.Configuration c = trial.configuration();
        alike
            .computeIfAbsent(new Seen(c.transform(), c.resolution()), absent -> new ArrayList<>())
            .add(trial);
      }
      alike.forEach(
          (seen, some) ->
              pixels
                  .apply(some.get(0), image)
                  .ifPresent(
                      photo ->
                          pictures.add(
                              new Picture(
                                  image,
                                  seen.resolution,
                                  photo,
                                  some.stream()
                                      .map(
                                          trial ->
                                              new OfTrial(
                                                  trial.trialId(),
                                                  names.trial(trial),
                                                  maps.getOrDefault(
                                                      new Place(trial.trialId(), image),
                                                      List.of())))
                                      .toList()))));
    }
    return new TokenMaps(pictures);
  }

  /** Ids of the trials that have maps, in their order. */
  List<String> trialIds() {
    return pictures.stream()
        .flatMap(picture -> picture.trials().stream().map(OfTrial::trialId))
        .distinct()
        .toList();
  }

  /** Whether images are shown at several resolutions. */
  boolean differInResolution() {
    return pictures.stream().map(Picture::resolution).distinct().count() > 1;
  }
}
