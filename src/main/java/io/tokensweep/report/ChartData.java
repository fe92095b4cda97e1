package io.tokensweep.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.report.Figure.Axis;
import io.tokensweep.report.Figure.Emphasis;
import io.tokensweep.report.Figure.Point;
import io.tokensweep.report.Figure.Series;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What {@code report.js} draws, as JSON: figures by columns, and what trials are chosen by. */
final class ChartData {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MathContext DIGITS = new MathContext(7);

  private ChartData() {}

  /** A section and its figures. */
  record Charted(Section section, List<Figure> figures) {}

  /** JSON that may stand in an HTML script element: it has no {@code <}. */
  static String json(List<Charted> sections) {
    ArrayNode array = JSON.createArrayNode();
    sections.forEach(charted -> array.add(section(charted)));
    return array.toString().replace("<", "\\u003c");
  }

  private static ObjectNode section(Charted charted) {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode trials = node.putArray("trials");
    charted.section().entries().forEach(entry -> trials.add(trial(charted.section(), entry)));
    ArrayNode chosen = node.putArray("chosen");
    LayerFigures.chosen(charted.section()).forEach(chosen::add);
    ObjectNode figures = node.putObject("figures");
    charted.figures().forEach(figure -> figures.set(figure.key(), figure(figure)));
    return node;
  }

  private static ObjectNode trial(Section section, Entry entry) {
    return JSON.createObjectNode()
        .put("id", entry.trial().trialId())
        .put("name", entry.name())
        .put("series", entry.series())
        .put("method", Text.visible(entry.trial().configuration().method()))
        .put("resolution", entry.trial().configuration().resolution() + " px")
        .put("precision", Text.visible(entry.trial().configuration().precision()))
        .put("front", entry.onFront());
  }

  private static ObjectNode figure(Figure figure) {
    ObjectNode node = JSON.createObjectNode();
    node.put("title", figure.title());
    node.set("x", axis(figure.x()));
    node.set("y", axis(figure.y()));
    ArrayNode series = node.putArray("series");
    figure.series().forEach(each -> series.add(series(each)));
    return node;
  }

  private static ObjectNode axis(Axis axis) {
    ObjectNode node = JSON.createObjectNode().put("name", axis.name());
    if (Double.isFinite(axis.least())) {
      node.put("least", axis.least());
    }
    if (Double.isFinite(axis.most())) {
      node.put("most", axis.most());
    }
    return node;
  }

  private static ObjectNode series(Series series) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", Text.visible(series.name()));
    node.putArray("look")
        .add(series.look().colour())
        .add(series.look().dash())
        .add(series.look().symbol());
    node.put("kind", series.kind().name().toLowerCase(Locale.ROOT));
    List<Point> points = series.points();
    if (!IntStream.range(0, points.size()).allMatch(i -> points.get(i).x() == i)) {
      column(node.putArray("x"), points, Point::x);
    }
    column(node.putArray("y"), points, Point::y);
    if (points.stream().anyMatch(point -> point.low().isPresent())) {
      column(node.putArray("low"), points, point -> value(point.low(), point));
      column(node.putArray("high"), points, point -> value(point.high(), point));
    }
    trials(node, points);
    if (points.stream().anyMatch(point -> point.emphasis() != Emphasis.FULL)) {
      ArrayNode emphasis = node.putArray("emphasis");
      points.forEach(point -> emphasis.add(point.emphasis().ordinal()));
    }
    if (points.stream().anyMatch(point -> !point.label().isEmpty())) {
      ArrayNode labels = node.putArray("label");
      points.forEach(point -> labels.add(Text.visible(point.label())));
    }
    return node;
  }

  /** One number where all points are of one trial. */
  private static void trials(ObjectNode node, List<Point> points) {
    List<Integer> trials = points.stream().map(point -> point.trial().orElse(-1)).toList();
    if (trials.stream().distinct().count() == 1) {
      node.put("trial", trials.get(0));
    } else {
      ArrayNode each = node.putArray("trial");
      trials.forEach(each::add);
    }
  }

  private static double value(OptionalDouble bound, Point point) {
    double value = bound.orElse(point.y());
    return Double.isFinite(value) ? value : point.y();
  }

  private static void column(ArrayNode array, List<Point> points, Function<Point, Double> value) {
    points.forEach(
        point ->
            array.add(BigDecimal.valueOf(value.apply(point)).round(DIGITS).stripTrailingZeros()));
  }
}
