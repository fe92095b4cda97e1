package io.tokensweep.report;

import io.tokensweep.report.Figure.Axis;
import io.tokensweep.report.Figure.Emphasis;
import io.tokensweep.report.Figure.Kind;
import io.tokensweep.report.Figure.Look;
import io.tokensweep.report.Figure.Point;
import io.tokensweep.report.Figure.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Draws a figure on paper: white ground, axes, marks, a legend below. */
final class FigurePainter {
  static final int WIDTH = 800;
  private static final int PLOT_HEIGHT = 440;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 56;
  private static final int AXIS = 52;
  private static final int LINE = 20;
  private static final int LONGEST_NAME = 90;

  private static final Font FONT = new Font("SansSerif", Font.PLAIN, 12);
  private static final Font TITLE = new Font("SansSerif", Font.BOLD, 16);
  private static final Color INK = new Color(0x16191f);
  private static final Color SOFT = new Color(0x5c6470);
  private static final Color GRID = new Color(0xe4e7ec);
  private static final Color FAINT = new Color(0xc3c8d0);
  private static final Color PAPER = new Color(0x8a6d3b);

  /** Okabe and Ito's colours, as on the page. */
  private static final List<Color> COLOURS =
      Stream.of(0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xe69f00, 0xf0e442)
          .map(Color::new)
          .toList();

  private static final float[][] DASHES = {
    {}, {7, 4}, {2, 3}, {9, 3, 2, 3}, {12, 5}, {4, 2, 1, 2},
  };

  private final Figure figure;
  private final Graphics2D canvas;
  private final Scale x;
  private final Scale y;

  private FigurePainter(Figure figure, Graphics2D canvas) {
    this.figure = figure;
    this.canvas = canvas;
    List<Point> points = figure.series().stream().flatMap(s -> s.points().stream()).toList();
    x = Scale.of(figure.x(), points, Point::x, Point::x, LEFT, WIDTH - RIGHT);
    y =
        Scale.of(
            figure.y(),
            points,
            point -> point.low().orElse(point.y()),
            point -> point.high().orElse(point.y()),
            TOP + PLOT_HEIGHT,
            TOP);
  }

  /** Pixels of the whole figure from top to bottom. */
  static int height(Figure figure) {
    return TOP + PLOT_HEIGHT + AXIS + LINE * named(figure).size() + 12;
  }

  static void paint(Figure figure, Graphics2D canvas) {
    new FigurePainter(figure, canvas).paint();
  }

  /** Values to pixels. */
  private record Scale(double least, double most, double tick, int from, int to) {
    static Scale of(
        Axis axis,
        List<Point> points,
        ToDoubleFunction<Point> low,
        ToDoubleFunction<Point> high,
        int from,
        int to) {
      double least = points.stream().mapToDouble(low).min().orElse(0);
      double most = points.stream().mapToDouble(high).max().orElse(1);
      double span = most > least ? most - least : Math.max(Math.abs(most) * 0.1, 1e-9);
      double tick = tick(span / 6);
      double margin = span * 0.04;
      return new Scale(
          Math.max(axis.least(), least - margin),
          Math.min(axis.most(), most + margin),
          tick,
          from,
          to);
    }

    /** 1, 2 or 5 times a power of ten, at least this. */
    private static double tick(double rough) {
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      return power
          * Stream.of(1, 2, 5, 10).filter(m -> m * power >= rough * 0.999).findFirst().orElse(10);
    }

    double at(double value) {
      return from + (value - least) / (most - least) * (to - from);
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      for (double i = Math.ceil(least / tick - 1e-9); i * tick <= most + tick * 1e-9; i++) {
        ticks.add(i * tick);
      }
      return ticks;
    }

    /** With as many decimals as the distance of ticks has. */
    String text(double value) {
      int decimals = (int) Math.max(0, -Math.floor(Math.log10(tick) + 1e-9));
      return decimals > 4 ? "%.1e".formatted(value) : Format.decimals(value, decimals);
    }
  }

  private void paint() {
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    canvas.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    canvas.setColor(Color.WHITE);
    canvas.fillRect(0, 0, WIDTH, height(figure));
    canvas.setFont(TITLE);
    canvas.setColor(INK);
    canvas.drawString(Text.visible(figure.title()), 14, 26);
    canvas.setFont(FONT);
    axes();
    for (Kind kind : List.of(Kind.PATH, Kind.LINE, Kind.POINTS)) {
      figure.series().stream().filter(s -> s.kind() == kind).forEach(this::series);
    }
    legend();
  }

  private void axes() {
    canvas.setColor(SOFT);
    canvas.drawString(figure.y().name(), 14, TOP - 10);
    centred(figure.x().name(), (LEFT + WIDTH - RIGHT) / 2.0, TOP + PLOT_HEIGHT + 40);
    FontMetrics metrics = canvas.getFontMetrics();
    for (double tick : y.ticks()) {
      canvas.setColor(GRID);
      line(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick), 1);
      canvas.setColor(SOFT);
      String text = y.text(tick);
      canvas.drawString(text, LEFT - 8 - metrics.stringWidth(text), (int) y.at(tick) + 4);
    }
    for (double tick : x.ticks()) {
      canvas.setColor(SOFT);
      line(x.at(tick), TOP + PLOT_HEIGHT, x.at(tick), TOP + PLOT_HEIGHT + 4, 1);
      centred(x.text(tick), x.at(tick), TOP + PLOT_HEIGHT + 19);
    }
    canvas.setColor(SOFT);
    line(LEFT, TOP + PLOT_HEIGHT, WIDTH - RIGHT, TOP + PLOT_HEIGHT, 1);
  }

  private void centred(String text, double at, int height) {
    canvas.drawString(text, (int) (at - canvas.getFontMetrics().stringWidth(text) / 2.0), height);
  }

  private void line(double x1, double y1, double x2, double y2, float width) {
    canvas.setStroke(new BasicStroke(width));
    canvas.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  private void series(Series series) {
    Color colour = colour(series.look());
    switch (series.kind()) {
      case PATH, LINE -> joined(series, colour);
      case POINTS -> {}
    }
    for (Point point : series.points()) {
      if (point.low().isPresent()) {
        canvas.setColor(point.emphasis() == Emphasis.FAINT ? FAINT : colour);
        whisker(x.at(point.x()), y.at(point.low().getAsDouble()), y.at(point.high().orElseThrow()));
      }
    }
    switch (series.kind()) {
      case PATH -> {}
      case LINE, POINTS -> series.points().forEach(point -> mark(point, series.look(), colour));
    }
  }

  private void whisker(double at, double low, double high) {
    line(at, low, at, high, 1.1f);
    line(at - 3, low, at + 3, low, 1.1f);
    line(at - 3, high, at + 3, high, 1.1f);
  }

  private void joined(Series series, Color colour) {
    Path2D path = new Path2D.Double();
    for (Point point : series.points()) {
      if (path.getCurrentPoint() == null) {
        path.moveTo(x.at(point.x()), y.at(point.y()));
      } else {
        path.lineTo(x.at(point.x()), y.at(point.y()));
      }
    }
    canvas.setColor(colour);
    canvas.setStroke(stroke(series.look()));
    canvas.draw(path);
  }

  private static BasicStroke stroke(Look look) {
    float[] dash = DASHES[look.dash() % DASHES.length];
    return dash.length == 0
        ? new BasicStroke(1.8f)
        : new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
  }

  private void mark(Point point, Look look, Color colour) {
    mark(x.at(point.x()), y.at(point.y()), look, colour, point.emphasis());
  }

  private void mark(double atX, double atY, Look look, Color colour, Emphasis emphasis) {
    Shape shape =
        AffineTransform.getTranslateInstance(atX, atY).createTransformedShape(symbol(look));
    canvas.setColor(
        switch (emphasis) {
          case FULL -> colour;
          case OPEN -> Color.WHITE;
          case FAINT -> FAINT;
        });
    canvas.fill(shape);
    canvas.setColor(emphasis == Emphasis.FULL ? Color.WHITE : colour);
    canvas.setStroke(new BasicStroke(emphasis == Emphasis.OPEN ? 1.8f : 0.7f));
    canvas.draw(shape);
  }

  private static Shape symbol(Look look) {
    return switch (look.symbol() % 6) {
      case 0 -> new Ellipse2D.Double(-5, -5, 10, 10);
      case 1 -> polygon(0, -6.5, 6.5, 0, 0, 6.5, -6.5, 0);
      case 2 -> polygon(0, -6, 6, 5, -6, 5);
      case 3 -> new Rectangle2D.Double(-4.5, -4.5, 9, 9);
      case 4 -> polygon(0, 6, 6, -5, -6, -5);
      default ->
          polygon(
              -2, -6, 2, -6, 2, -2, 6, -2, 6, 2, 2, 2, 2, 6, -2, 6, -2, 2, -6, 2, -6, -2, -2, -2);
    };
  }

  private static Shape polygon(double... corners) {
    Path2D path = new Path2D.Double();
    path.moveTo(corners[0], corners[1]);
    for (int i = 2; i < corners.length; i += 2) {
      path.lineTo(corners[i], corners[i + 1]);
    }
    path.closePath();
    return path;
  }

  private static Color colour(Look look) {
    return switch (look.colour()) {
      case Look.INK -> INK;
      case Look.PAPER -> PAPER;
      default -> COLOURS.get(look.colour() % COLOURS.size());
    };
  }

  private static List<Series> named(Figure figure) {
    return figure.series().stream().filter(series -> !series.points().isEmpty()).toList();
  }

  private void legend() {
    int at = TOP + PLOT_HEIGHT + AXIS + 14;
    for (Series series : named(figure)) {
      Color colour = colour(series.look());
      if (series.kind() != Kind.POINTS) {
        canvas.setColor(colour);
        canvas.setStroke(stroke(series.look()));
        canvas.draw(new Line2D.Double(LEFT, at - 4, LEFT + 32, at - 4));
      }
      if (series.kind() != Kind.PATH) {
        mark(LEFT + 16, at - 4, series.look(), colour, Emphasis.FULL);
      }
      canvas.setColor(INK);
      canvas.drawString(Text.shortened(Text.visible(series.name()), LONGEST_NAME), LEFT + 42, at);
      at += LINE;
    }
  }
}
