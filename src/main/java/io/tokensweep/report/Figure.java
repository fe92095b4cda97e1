package io.tokensweep.report;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A figure as data: what the page draws, and what is written as PNG, SVG and CSV.
 *
 * @param key names it in files and on the page; lower-case letters, digits and hyphens
 * @param title above it
 * @param caption below it
 */
record Figure(String key, String title, String caption, Axis x, Axis y, List<Series> series) {
  Figure {
    series = List.copyOf(series);
  }

  /**
   * @param name with its unit
   * @param least below which nothing can be; may be infinite
   * @param most above which nothing can be; may be infinite
   */
  record Axis(String name, double least, double most) {
    static Axis percent(String name) {
      return new Axis(name, 0, 100);
    }

    static Axis positive(String name) {
      return new Axis(name, 0, Double.POSITIVE_INFINITY);
    }
  }

  /** How points belong together. */
  enum Kind {
    /** Each by itself. */
    POINTS,

    /** Joined by a line in their order, each with its symbol. */
    LINE,

    /** A line alone. */
    PATH
  }

  /** Points of one appearance. */
  record Series(String name, Look look, Kind kind, List<Point> points) {
    Series {
      points = List.copyOf(points);
    }
  }

  /**
   * @param colour rank of the method, from 0; {@link #INK} and {@link #PAPER} are no methods
   * @param dash rank of the dash pattern, from 0
   * @param symbol rank of the symbol, from 0
   */
  record Look(int colour, int dash, int symbol) {
    /** The colour of text: the unreduced network, a front. */
    static final int INK = -1;

    /** The colour of figures that a paper printed. */
    static final int PAPER = -2;
  }

  /** How strongly a point is drawn. */
  enum Emphasis {
    /** On the front, or nothing to tell apart. */
    FULL,

    /** Dominated as measured, but not for sure. */
    OPEN,

    /** Dominated for sure. */
    FAINT
  }

  /**
   * @param low end of the interval of y
   * @param high end of the interval of y
   * @param trial rank of the trial in its section
   * @param label what it is; beside the point where there is room
   */
  record Point(
      double x,
      double y,
      OptionalDouble low,
      OptionalDouble high,
      OptionalInt trial,
      Emphasis emphasis,
      String label) {
    static Point of(double x, double y) {
      return new Point(
          x,
          y,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalInt.empty(),
          Emphasis.FULL,
          "");
    }

    Point ofTrial(int rank) {
      return new Point(x, y, low, high, OptionalInt.of(rank), emphasis, label);
    }

    Point between(double lowest, double highest) {
      return new Point(
          x, y, OptionalDouble.of(lowest), OptionalDouble.of(highest), trial, emphasis, label);
    }

    Point drawn(Emphasis strength) {
      return new Point(x, y, low, high, trial, strength, label);
    }

    Point labelled(String text) {
      return new Point(x, y, low, high, trial, emphasis, text);
    }
  }

  Figure named(String name) {
    return new Figure(name, title, caption, x, y, series);
  }

  boolean isEmpty() {
    return series.stream().allMatch(each -> each.points().isEmpty());
  }
}
