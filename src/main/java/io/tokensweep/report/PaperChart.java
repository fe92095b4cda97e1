package io.tokensweep.report;

import io.tokensweep.store.TrialRow.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * A chart of a view as SVG: measured points filled and joined, printed ones hollow and dashed.
 * Colours are those of the page.
 */
final class PaperChart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 380;
  private static final int LEFT = 78;
  private static final int RIGHT = 16;
  private static final int TOP = 14;
  private static final int BOTTOM = 52;
  private static final int COLOURS = 6;
  private static final int TICKS = 6;

  private final String across;
  private final String up;
  private final List<Series> series;
  private final double[] x;
  private final double[] y;

  /**
   * Points of one kind.
   *
   * @param colour place among the page's colours
   * @param printed whether they are the paper's
   */
  record Series(String name, int colour, boolean printed, List<Point> points) {}

  /** A point; {@code bounds} has the ends of its interval or is empty. */
  record Point(double x, double y, Optional<Interval> bounds, String title) {}

  private PaperChart(String across, String up, List<Series> series) {
    this.across = across;
    this.up = up;
    this.series = series;
    this.x = range(points().mapToDouble(Point::x));
    this.y =
        range(
            points()
                .flatMapToDouble(
                    p ->
                        DoubleStream.concat(
                            DoubleStream.of(p.y()),
                            p.bounds().stream()
                                .flatMapToDouble(b -> DoubleStream.of(b.low(), b.high())))));
  }

  private Stream<Point> points() {
    return series.stream().flatMap(each -> each.points().stream());
  }

  private static double[] range(DoubleStream values) {
    double[] all = values.filter(Double::isFinite).sorted().toArray();
    if (all.length == 0) {
      return new double[] {0, 1};
    }
    double low = all[0];
    double high = all[all.length - 1];
    double margin = high > low ? (high - low) * 0.06 : Math.max(Math.abs(high) * 0.1, 1e-9);
    return new double[] {low - margin, high + margin};
  }

  /** Change of top-1 against the unreduced network, against keep rate or work. */
  static String accuracy(PaperTable table, boolean againstMacs) {
    return of(
        table,
        againstMacs ? "MACs, % of the unreduced network" : "keep rate",
        "top-1 less that of the unreduced network, points",
        row -> againstMacs ? row.printedShare() : row.keepRate(),
        PaperTable.Row::printedChange,
        row -> againstMacs ? row.measuredShare() : row.keepRate(),
        PaperTable.Row::measuredChange,
        PaperTable.Row::changeBounds);
  }

  /** Diversity after the last site, against keep rate; measured only. */
  static String diversity(PaperTable table) {
    return of(
        table,
        "keep rate",
        "diversity after the last site, medoid form over N·D",
        row -> OptionalDouble.empty(),
        row -> OptionalDouble.empty(),
        PaperTable.Row::keepRate,
        row ->
            row.entry()
                .flatMap(Entry::quality)
                .map(quality -> OptionalDouble.of(quality.diversity().medoidNorm()))
                .orElse(OptionalDouble.empty()),
        row -> Optional.empty());
  }

  /** Values of every block. */
  static String blocks(String up, Map<String, Map<Integer, Double>> valuesByName) {
    List<Series> series = new ArrayList<>();
    valuesByName.forEach(
        (name, values) -> {
          List<Point> points = new ArrayList<>();
          values.forEach(
              (block, value) ->
                  points.add(
                      new Point(
                          block,
                          value,
                          Optional.empty(),
                          "%s, block %d: %s".formatted(name, block, scientific(value)))));
          series.add(new Series(name, series.size() % COLOURS, false, points));
        });
    return series.isEmpty() ? "" : new PaperChart("block", up, series).svg();
  }

  /** A coordinate of a row. */
  private interface Value {
    OptionalDouble of(PaperTable.Row row);
  }

  private static String of(
      PaperTable table,
      String across,
      String up,
      Value printedX,
      Value printedY,
      Value measuredX,
      Value measuredY,
      Function<PaperTable.Row, Optional<Interval>> bounds) {
    List<String> labels = new ArrayList<>();
    Map<String, Series> series = new LinkedHashMap<>();
    for (PaperTable.Row row : table.rows()) {
      String label = row.line().label();
      if (row.line().method().equals(Entry.BASELINE)
          && row.line().resolution() == PaperModels.RESOLUTION) {
        continue; // zero on the axis
      }
      if (!labels.contains(label)) {
        labels.add(label);
      }
      int colour = labels.indexOf(label) % COLOURS;
      if (row.entry().isPresent()) {
        add(series, label, colour, false, measuredX.of(row), measuredY.of(row), bounds.apply(row));
      }
      if (row.line().published().isPresent()) {
        add(series, label, colour, true, printedX.of(row), printedY.of(row), Optional.empty());
      }
    }
    return series.isEmpty() ? "" : new PaperChart(across, up, List.copyOf(series.values())).svg();
  }

  private static void add(
      Map<String, Series> series,
      String label,
      int colour,
      boolean printed,
      OptionalDouble x,
      OptionalDouble y,
      Optional<Interval> bounds) {
    if (x.isEmpty() || y.isEmpty()) {
      return;
    }
    String name = label + (printed ? ", printed" : ", measured");
    Point point =
        new Point(
            x.getAsDouble(),
            y.getAsDouble(),
            bounds,
            "%s: %s at %s"
                .formatted(
                    name,
                    Format.significant(y.getAsDouble()),
                    Format.significant(x.getAsDouble())));
    series
        .computeIfAbsent(name, absent -> new Series(name, colour, printed, new ArrayList<>()))
        .points()
        .add(point);
  }

  private String svg() {
    StringBuilder svg = new StringBuilder();
    int legend = 20 * series.size() + 6;
    svg.append(
        "<svg class=\"paper-chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s against %s\">"
            .formatted(WIDTH, HEIGHT + legend, Text.html(up), Text.html(across)));
    axes(svg);
    for (Series each : series) {
      draw(svg, each);
    }
    for (int i = 0; i < series.size(); i++) {
      Series each = series.get(i);
      int baseline = HEIGHT + 14 + 20 * i;
      mark(svg, each, LEFT + 8, baseline - 4, "");
      text(svg, LEFT + 22, baseline, "start", "", each.name());
    }
    return svg.append("</svg>").toString();
  }

  private void axes(StringBuilder svg) {
    int bottom = HEIGHT - BOTTOM;
    for (double tick : ticks(y)) {
      line(svg, LEFT, down(tick), WIDTH - RIGHT, down(tick), "grid");
      text(svg, LEFT - 8, down(tick) + 4, "end", "soft", label(tick, y));
    }
    for (double tick : ticks(x)) {
      line(svg, right(tick), bottom, right(tick), bottom + 5, "axis");
      text(svg, right(tick), bottom + 19, "middle", "soft", label(tick, x));
    }
    line(svg, LEFT, bottom, WIDTH - RIGHT, bottom, "axis");
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", "soft", across);
    svg.append(
        "<text class=\"soft\" text-anchor=\"middle\" transform=\"translate(15 %s) rotate(-90)\">%s</text>"
            .formatted(number((TOP + bottom) / 2.0), Text.html(up)));
  }

  private void draw(StringBuilder svg, Series each) {
    List<Point> points =
        each.points().stream().sorted((a, b) -> Double.compare(a.x(), b.x())).toList();
    StringBuilder path = new StringBuilder();
    points.forEach(
        p ->
            path.append(path.length() == 0 ? "M" : "L")
                .append(number(right(p.x())))
                .append(' ')
                .append(number(down(p.y()))));
    svg.append(
        "<path class=\"c%d%s\" d=\"%s\"/>"
            .formatted(each.colour(), each.printed() ? " printed" : "", path));
    points.forEach(
        p -> {
          p.bounds()
              .ifPresent(
                  b ->
                      line(svg, right(p.x()), down(b.low()), right(p.x()), down(b.high()), "axis"));
          mark(svg, each, right(p.x()), down(p.y()), p.title());
        });
  }

  private static void mark(StringBuilder svg, Series each, double x, double y, String title) {
    svg.append(
        "<circle class=\"c%d%s\" cx=\"%s\" cy=\"%s\" r=\"5\">%s</circle>"
            .formatted(
                each.colour(),
                each.printed() ? " printed" : "",
                number(x),
                number(y),
                title.isEmpty() ? "" : "<title>" + Text.html(title) + "</title>"));
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String style) {
    svg.append(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
            .formatted(style, number(x1), number(y1), number(x2), number(y2)));
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String style, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
            .formatted(style, number(x), number(y), anchor, Text.html(text)));
  }

  private double right(double value) {
    return LEFT + (value - x[0]) / (x[1] - x[0]) * (WIDTH - LEFT - RIGHT);
  }

  private double down(double value) {
    return HEIGHT - BOTTOM - (value - y[0]) / (y[1] - y[0]) * (HEIGHT - BOTTOM - TOP);
  }

  /** About six round numbers of a range. */
  static List<Double> ticks(double[] range) {
    double rough = (range[1] - range[0]) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step =
        DoubleStream.of(1, 2, 5, 10)
            .map(m -> m * power)
            .filter(s -> s >= rough)
            .findFirst()
            .orElseThrow();
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(range[0] / step); i * step <= range[1]; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private static String label(double tick, double[] range) {
    double span = range[1] - range[0];
    if (span < 0.01) {
      return Format.number(Math.rint(tick * 1e9) / 1e9);
    }
    return Format.decimals(tick, span < 0.5 ? 3 : span < 3 ? 1 : 0).replace("-", "−");
  }

  private static String scientific(double value) {
    return String.format(Locale.ROOT, "%.1e", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
