package io.tokensweep.report;

import io.tokensweep.analysis.Cost;
import io.tokensweep.analysis.Front;
import io.tokensweep.analysis.Front.Placed;
import io.tokensweep.report.Figure.Axis;
import io.tokensweep.report.Figure.Emphasis;
import io.tokensweep.report.Figure.Kind;
import io.tokensweep.report.Figure.Look;
import io.tokensweep.report.Figure.Point;
import io.tokensweep.report.Figure.Series;
import io.tokensweep.store.TrialRow.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Accuracy against each cost, with the fronts. */
final class CostFigures {
  private CostFigures() {}

  static List<Figure> of(Section section, Looks looks) {
    List<Figure> figures = new ArrayList<>();
    for (Cost cost : Cost.values()) {
      Figure figure = figure(section, looks, cost);
      if (!figure.isEmpty()) {
        figures.add(figure);
      }
    }
    return figures;
  }

  /** The value that is shown for a cost: images per second for a throughput. */
  static double shown(Cost cost, double value) {
    return switch (cost) {
      case MACS -> value / 1e9;
      case THROUGHPUT -> 1000 / value;
      case LATENCY -> value;
      case MEMORY -> value / (1 << 20);
    };
  }

  static String axis(Cost cost) {
    return switch (cost) {
      case MACS -> "MACs per image (G)";
      case THROUGHPUT -> "Throughput (images/s)";
      case LATENCY -> "Latency of one image (ms)";
      case MEMORY -> "Memory of a forward pass (MiB)";
    };
  }

  /** As a word in a sentence. */
  static String word(Cost cost) {
    return switch (cost) {
      case MACS -> "MACs";
      case THROUGHPUT -> "throughput";
      case LATENCY -> "latency";
      case MEMORY -> "memory";
    };
  }

  private static Figure figure(Section section, Looks looks, Cost cost) {
    List<Series> series = new ArrayList<>(fronts(section, cost));
    Map<String, List<Point>> points = new LinkedHashMap<>();
    for (int rank = 0; rank < section.entries().size(); rank++) {
      Entry entry = section.entries().get(rank);
      OptionalDouble value = cost.of(entry.trial());
      if (entry.quality().isPresent() && value.isPresent()) {
        points
            .computeIfAbsent(entry.series(), any -> new ArrayList<>())
            .add(point(section, entry, cost, value.getAsDouble()).ofTrial(rank));
      }
    }
    points.forEach((name, each) -> series.add(new Series(name, looks.of(name), Kind.POINTS, each)));
    if (cost == Cost.MACS && !points.isEmpty()) {
      series.addAll(published());
    }
    return new Figure(
        "accuracy-" + cost.key(),
        "Accuracy against " + word(cost),
        caption(cost),
        Axis.positive(axis(cost)),
        Axis.percent("Top-1 (%)"),
        series);
  }

  private static String caption(Cost cost) {
    String bars =
        "Filled: on the front (line). Hollow: dominated as measured, but by none for sure. Grey:"
            + " another trial dominates it with a probability of at least 95 %. Bars: 95 % Wilson"
            + " interval of each accuracy by itself.";
    return switch (cost) {
      case MACS -> bars + " Labels: keep rate.";
      case THROUGHPUT -> bars + " Upper right is better.";
      case LATENCY, MEMORY -> bars;
    };
  }

  private static Point point(Section section, Entry entry, Cost cost, double value) {
    Interval top1 = entry.quality().orElseThrow().top1();
    return Point.of(shown(cost, value), top1.value())
        .between(top1.low(), top1.high())
        .drawn(emphasis(section, entry, cost))
        .labelled(label(entry));
  }

  static Emphasis emphasis(Section section, Entry entry, Cost cost) {
    return section
        .evidence()
        .placed(cost, entry.trial())
        .map(Placed::standing)
        .map(
            standing ->
                switch (standing) {
                  case FRONT -> Emphasis.FULL;
                  case TIED -> Emphasis.OPEN;
                  case DOMINATED -> Emphasis.FAINT;
                })
        .orElse(cost != Cost.MACS || entry.onFront() ? Emphasis.FULL : Emphasis.FAINT);
  }

  private static String label(Entry entry) {
    return entry.trial().configuration().keepRate().isPresent()
        ? Format.keepRate(entry.trial().configuration().keepRate())
        : Text.shortened(Text.visible(Names.method(entry.trial())), 16);
  }

  /**
   * A staircase for each set of trials that may be compared; as measured where no more is known.
   */
  private static List<Series> fronts(Section section, Cost cost) {
    List<Front> known =
        section.evidence().fronts(section.data()).stream()
            .filter(front -> front.cost() == cost)
            .toList();
    List<Series> series = new ArrayList<>();
    for (Front front : known) {
      String name = known.size() == 1 ? "front" : "front, " + conditions(front.peers());
      series.add(staircase(name, cost, front.front().stream().map(CostFigures::step).toList()));
    }
    if (known.isEmpty() && cost == Cost.MACS) {
      series.add(
          staircase(
              "front",
              cost,
              section.entries().stream()
                  .filter(Entry::onFront)
                  .map(
                      entry ->
                          new Step(
                              cost.of(entry.trial()).orElseThrow(),
                              entry.quality().orElseThrow().top1().value()))
                  .sorted(Comparator.comparingDouble(Step::cost).thenComparingDouble(Step::top1))
                  .toList()));
    }
    return series;
  }

  static String conditions(Front.Peers peers) {
    List<Object> conditions = peers.conditions();
    return switch (conditions.size()) {
      case 0 -> peers.precision();
      case 1 -> "%s, threads %s".formatted(peers.precision(), conditions.get(0));
      default ->
          "%s, batch %s, threads %s"
              .formatted(peers.precision(), conditions.get(0), conditions.get(1));
    };
  }

  private record Step(double cost, double top1) {}

  private static Step step(Placed placed) {
    return new Step(placed.cost(), placed.trial().quality().orElseThrow().top1().value());
  }

  private static Series staircase(String name, Cost cost, List<Step> steps) {
    List<Point> corners = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      double x = shown(cost, steps.get(i).cost());
      if (i > 0) {
        corners.add(Point.of(x, steps.get(i - 1).top1()));
      }
      corners.add(Point.of(x, steps.get(i).top1()));
    }
    return new Series(name, new Look(Look.INK, 0, 0), Kind.PATH, corners);
  }

  /** What papers print, one series for each paper. */
  private static List<Series> published() {
    Map<Published.Paper, List<Point>> points = new LinkedHashMap<>();
    for (Published row : Published.all()) {
      if (row.top1().isPresent() && row.macs().isPresent()) {
        points
            .computeIfAbsent(row.paper(), any -> new ArrayList<>())
            .add(
                Point.of(row.macs().get().doubleValue(), row.top1().get().doubleValue())
                    .labelled(
                        "%s, %s: %s %s %s%s"
                            .formatted(
                                row.paper().title(),
                                row.table(),
                                row.model(),
                                row.method(),
                                row.strategy(),
                                row.keepRate().isPresent()
                                    ? " " + Format.number(row.keepRate().getAsDouble())
                                    : "")));
      }
    }
    List<Series> series = new ArrayList<>();
    points.forEach(
        (paper, each) ->
            series.add(
                new Series(
                    paper.title() + ", as printed",
                    new Look(Look.PAPER, 0, series.size()),
                    Kind.POINTS,
                    each)));
    return series;
  }
}
