package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.report.Figure.Axis;
import io.tokensweep.report.Figure.Kind;
import io.tokensweep.report.Figure.Point;
import io.tokensweep.report.Figure.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Accuracy and diversity against the keep rate; the unreduced network as a line across. */
final class KeepRateFigures {
  private final Section section;
  private final Looks looks;

  private KeepRateFigures(Section section, Looks looks) {
    this.section = section;
    this.looks = looks;
  }

  static List<Figure> of(Section section, Looks looks) {
    if (section.measured().stream()
        .allMatch(entry -> entry.trial().configuration().keepRate().isEmpty())) {
      return List.of();
    }
    KeepRateFigures figures = new KeepRateFigures(section, looks);
    return List.of(
        figures.figure(
            "top1-keep-rate",
            "Accuracy against keep rate",
            "Bars: 95 % Wilson interval.",
            Axis.percent("Top-1 (%)"),
            entry -> {
              var top1 = entry.quality().orElseThrow().top1();
              return Point.of(0, top1.value()).between(top1.low(), top1.high());
            }),
        figures.figure(
            "diversity-norm-keep-rate",
            "Diversity against keep rate, normalised",
            "Medoid form of r(Z) over N·D, mean over images, after the last site.",
            Axis.positive("r(Z) / (N·D)"),
            entry -> Point.of(0, entry.quality().orElseThrow().diversity().medoidNorm())),
        figures.figure(
            "diversity-keep-rate",
            "Diversity against keep rate, raw",
            "Medoid form of r(Z), mean over images: grows with the number of tokens.",
            Axis.positive("r(Z)"),
            entry -> Point.of(0, entry.quality().orElseThrow().diversity().medoid())));
  }

  private Figure figure(
      String key, String title, String caption, Axis y, Function<Entry, Point> value) {
    Map<String, List<Point>> points = new LinkedHashMap<>();
    List<Double> rates = new ArrayList<>();
    for (int rank = 0; rank < section.entries().size(); rank++) {
      Entry entry = section.entries().get(rank);
      var keepRate = entry.trial().configuration().keepRate();
      if (entry.quality().isPresent() && keepRate.isPresent()) {
        Point point = value.apply(entry);
        if (Double.isFinite(point.y())) {
          rates.add(keepRate.getAsDouble());
          points
              .computeIfAbsent(entry.series(), any -> new ArrayList<>())
              .add(at(keepRate.getAsDouble(), point).ofTrial(rank));
        }
      }
    }
    List<Series> series = new ArrayList<>();
    for (int rank = 0; rank < section.entries().size(); rank++) {
      Entry entry = section.entries().get(rank);
      if (entry.isBaseline() && entry.quality().isPresent() && !rates.isEmpty()) {
        double across = value.apply(entry).y();
        series.add(
            new Series(
                entry.series(),
                looks.of(entry.series()),
                Kind.PATH,
                List.of(
                    Point.of(rates.stream().min(Comparator.naturalOrder()).orElseThrow(), across)
                        .ofTrial(rank),
                    Point.of(rates.stream().max(Comparator.naturalOrder()).orElseThrow(), across)
                        .ofTrial(rank))));
      }
    }
    points.forEach(
        (name, each) ->
            series.add(
                new Series(
                    name,
                    looks.of(name),
                    Kind.LINE,
                    each.stream().sorted(Comparator.comparingDouble(Point::x)).toList())));
    return new Figure(
        key, title, caption + " Dashed: none." + without(), new Axis("Keep rate", 0, 1), y, series);
  }

  private static Point at(double x, Point point) {
    return new Point(
        x, point.y(), point.low(), point.high(), point.trial(), point.emphasis(), Format.number(x));
  }

  private String without() {
    String names =
        section.measured().stream()
            .filter(entry -> !entry.isBaseline())
            .filter(entry -> entry.trial().configuration().keepRate().isEmpty())
            .map(Entry::series)
            .distinct()
            .limit(20)
            .collect(joining("; "));
    return names.isEmpty()
        ? ""
        : " Without a keep rate, and therefore not shown: " + Text.shortened(names, 300) + ".";
  }
}
