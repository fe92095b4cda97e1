package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.report.TokenMaps.OfTrial;
import io.tokensweep.report.TokenMaps.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Token maps as a section of a page: for each trial an element {@code maps-<trial id>} with a row
 * of pictures for each image. A photograph is in the page once, whatever lies over it.
 */
final class TokenMapSection {
  /** Of a drawing; a browser scales it up without smoothing. */
  private static final int CELL = 8;

  private TokenMapSection() {}

  /** The name by which a trial's maps are linked to. */
  static String anchor(String trialId) {
    return "maps-" + trialId;
  }

  /** The section; empty if there are no maps. */
  static String html(TokenMaps maps) {
    if (maps.pictures().isEmpty()) {
      return "";
    }
    return """
        <section class="maps" id="maps">
        <h2>Token maps</h2>
        <p>What became of the patches of an image: <span class="kept">kept</span> ones show the photograph, <span class="dropped">dropped</span> ones are pale, <span class="merged">merged</span> ones wear one colour for each token that holds several.</p>
        <svg class="photos" width="0" height="0" aria-hidden="true"><defs>
        %s
        </defs></svg>
        %s
        </section>"""
        .formatted(photos(maps), trials(maps));
  }

  private static String photos(TokenMaps maps) {
    List<String> photos = new ArrayList<>();
    for (Picture picture : maps.pictures()) {
      photos.add(
          "<image id=\"photo-%d\" width=\"1\" height=\"1\" preserveAspectRatio=\"none\" href=\"%s\"/>"
              .formatted(photos.size(), Pictures.jpeg(TokenMapPainter.photo(picture.photo()))));
    }
    return String.join("\n", photos);
  }

  private static String trials(TokenMaps maps) {
    List<String> articles = new ArrayList<>();
    for (String id : maps.trialIds()) {
      List<String> rows = new ArrayList<>();
      String name = "";
      for (int i = 0; i < maps.pictures().size(); i++) {
        Picture picture = maps.pictures().get(i);
        for (OfTrial trial : picture.trials()) {
          if (trial.trialId().equals(id)) {
            name = trial.name();
            rows.add(row(i, picture, trial));
          }
        }
      }
      articles.add(
          """
          <article class="maps-of-trial" id="%s">
          <h3>%s</h3>
          %s
          </article>"""
              .formatted(Text.html(anchor(id)), Text.html(name), String.join("\n", rows)));
    }
    return String.join("\n", articles);
  }

  private static String row(int photo, Picture picture, OfTrial trial) {
    List<String> figures = new ArrayList<>();
    String patches = trial.end().map(map -> map.sources().length + " patches").orElse("unchanged");
    String name = Text.shortened(picture.image(), 60);
    figures.add(figure(photo, Optional.empty(), "original of " + name, name, patches));
    for (TokenMap map : trial.stages(TokenMapGrid.STAGES)) {
      String place = TokenMapText.place(map, trial);
      String counts = TokenMapText.tokens(map) + ": " + TokenMapText.counts(map);
      figures.add(
          figure(
              photo, Optional.of(map), "%s, %s, %s".formatted(name, place, counts), place, counts));
    }
    return "<div class=\"map-row\">%s</div>"
        .formatted(figures.stream().collect(joining("\n", "\n", "\n")));
  }

  private static String figure(
      int photo, Optional<TokenMap> map, String label, String caption, String counts) {
    String overlay =
        map.map(
                known ->
                    "<image width=\"1\" height=\"1\" preserveAspectRatio=\"none\" href=\"%s\"/>"
                        .formatted(Pictures.png(TokenMapOverlay.draw(known, CELL))))
            .orElse("");
    return """
        <figure class="map"><svg viewBox="0 0 1 1" role="img" aria-label="%s"><use href="#photo-%d"/>%s</svg>\
        <figcaption>%s<small>%s</small></figcaption></figure>"""
        .formatted(Text.html(label), photo, overlay, Text.html(caption), Text.html(counts));
  }
}
