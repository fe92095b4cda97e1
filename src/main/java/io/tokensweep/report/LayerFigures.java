package io.tokensweep.report;

import io.tokensweep.report.Figure.Axis;
import io.tokensweep.report.Figure.Kind;
import io.tokensweep.report.Figure.Look;
import io.tokensweep.report.Figure.Point;
import io.tokensweep.report.Figure.Series;
import io.tokensweep.store.LayerMeans;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What trials did in each block: tokens, work, significance, diversity, policies. */
final class LayerFigures {
  /** Trials that a figure without a page behind it can hold. */
  private static final int MOST_LINES = 8;

  /** Trials whose policies such a figure can hold. */
  private static final int DECIDING = 4;

  private static final String POLICIES = "layers-policies";

  private final Section section;
  private final Looks looks;
  private final IntPredicate shown;

  private LayerFigures(Section section, Looks looks, IntPredicate shown) {
    this.section = section;
    this.looks = looks;
    this.shown = shown;
  }

  /** Of all trials: the page shows some of them at a time. */
  static List<Figure> all(Section section, Looks looks) {
    return new LayerFigures(section, looks, rank -> true).figures();
  }

  /** Of the unreduced network and the first trials on the front. */
  static List<Figure> few(Section section, Looks looks) {
    List<Integer> few = chosen(section);
    List<Figure> figures =
        new ArrayList<>(new LayerFigures(section, looks, few::contains).figures());
    List<Integer> deciding =
        IntStream.range(0, section.entries().size())
            .filter(rank -> decides(section, rank))
            .limit(DECIDING)
            .boxed()
            .toList();
    figures.removeIf(figure -> figure.key().equals(POLICIES));
    Figure policies = new LayerFigures(section, looks, deciding::contains).policies();
    if (!policies.isEmpty()) {
      figures.add(policies);
    }
    return figures;
  }

  /** Whether a trial chose between policies anywhere. */
  private static boolean decides(Section section, int rank) {
    return section.evidence().layers(entry(section, rank).trial()).stream()
        .anyMatch(layer -> !layer.policies().isEmpty());
  }

  /** Ranks of the trials that are shown before anyone chooses. */
  static List<Integer> chosen(Section section) {
    List<Integer> ranks = new ArrayList<>();
    for (Function<Entry, Boolean> wanted :
        List.<Function<Entry, Boolean>>of(Entry::isBaseline, Entry::onFront, entry -> true)) {
      IntStream.range(0, section.entries().size())
          .filter(rank -> wanted.apply(section.entries().get(rank)))
          .filter(rank -> !section.evidence().layers(entry(section, rank).trial()).isEmpty())
          .filter(rank -> !ranks.contains(rank))
          .limit(Math.max(0, MOST_LINES - ranks.size()))
          .boxed()
          .toList()
          .forEach(ranks::add);
    }
    return ranks;
  }

  private static Entry entry(Section section, int rank) {
    return section.entries().get(rank);
  }

  private List<Figure> figures() {
    return List.of(
            figure(
                "layers-tokens",
                "Tokens that leave each block",
                "Means over images, special tokens included.",
                "Tokens",
                layer -> OptionalDouble.of(layer.tokens())),
            figure(
                "layers-macs",
                "MACs of each block",
                "Means over images.",
                "MACs (M)",
                layer -> OptionalDouble.of(layer.macs() / 1e6)),
            figure(
                "layers-significance",
                "Variance of the significance scores",
                "Unbiased variance over the patch tokens of an image, mean over images: what PPT"
                    + " decides by (Figure 3 of its paper).",
                "Variance",
                LayerMeans::significance),
            figure(
                "layers-diversity",
                "Diversity along depth",
                "Medoid form of r(Z) directly after each reduction, mean over images.",
                "r(Z)",
                LayerMeans::diversity),
            policies())
        .stream()
        .filter(figure -> !figure.isEmpty())
        .toList();
  }

  private Figure figure(
      String key,
      String title,
      String caption,
      String axis,
      Function<LayerMeans, OptionalDouble> value) {
    List<Series> series = new ArrayList<>();
    for (int rank = 0; rank < section.entries().size(); rank++) {
      Entry entry = entry(section, rank);
      if (shown.test(rank)) {
        add(series, entry.name(), looks.of(entry.series()), points(entry, rank, value));
      }
    }
    return figure(key, title, caption, Axis.positive(axis), series);
  }

  private Figure policies() {
    List<Series> series = new ArrayList<>();
    for (int rank = 0; rank < section.entries().size(); rank++) {
      Entry entry = entry(section, rank);
      if (shown.test(rank)) {
        Map<String, Boolean> names = new TreeMap<>();
        section
            .evidence()
            .layers(entry.trial())
            .forEach(layer -> layer.policies().keySet().forEach(name -> names.put(name, true)));
        int dash = 0;
        for (String policy : names.keySet()) {
          Look look = looks.of(entry.series());
          add(
              series,
              entry.name() + ": " + Text.visible(policy),
              new Look(look.colour(), dash, look.symbol() + dash),
              points(entry, rank, layer -> percent(layer.policies(), policy)));
          dash++;
        }
      }
    }
    return figure(
        POLICIES,
        "Policy of each block",
        "Share of the images for which the method decided so.",
        Axis.percent("Images (%)"),
        series);
  }

  private static OptionalDouble percent(Map<String, Double> shares, String policy) {
    return shares.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(100 * shares.getOrDefault(policy, 0.0));
  }

  private List<Point> points(Entry entry, int rank, Function<LayerMeans, OptionalDouble> value) {
    return section.evidence().layers(entry.trial()).stream()
        .filter(layer -> value.apply(layer).isPresent())
        .map(layer -> Point.of(layer.block(), value.apply(layer).getAsDouble()))
        .filter(point -> Double.isFinite(point.y()))
        .map(point -> point.ofTrial(rank))
        .toList();
  }

  private static void add(List<Series> series, String name, Look look, List<Point> points) {
    if (!points.isEmpty()) {
      series.add(new Series(name, look, Kind.LINE, points));
    }
  }

  private static Figure figure(
      String key, String title, String caption, Axis y, List<Series> series) {
    return new Figure(key, title, caption, Axis.positive("Block"), y, series);
  }
}
