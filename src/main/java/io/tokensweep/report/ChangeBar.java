package io.tokensweep.report;

import io.tokensweep.analysis.compare.Change;
import io.tokensweep.analysis.compare.Verdict;
import io.tokensweep.store.TrialRow.Interval;
import java.util.Locale;

/** A change with its interval, drawn: the zero line, what counts as the same, and the interval. */
final class ChangeBar {
  private static final double WIDTH = 180;
  private static final double HEIGHT = 20;
  private static final double MIDDLE = WIDTH / 2;
  private static final double HALF = MIDDLE - 8;

  private final double largest;

  /**
   * @param largest change that is drawn in full, above 0
   */
  ChangeBar(double largest) {
    this.largest = largest;
  }

  /** The scale that a change asks for: twice its size, and what counts as the same. */
  static double reach(Change change, double margin) {
    return Math.max(1.5 * Math.abs(change.effect().value()), 1.5 * margin);
  }

  /** Bounds outside of the scale end in an arrow. */
  String svg(Interval effect, double margin, Verdict verdict) {
    double low = x(effect.low());
    double high = x(effect.high());
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"bar %s\" viewBox=\"0 0 %.0f %.0f\" aria-hidden=\"true\">",
            verdict.word(),
            WIDTH,
            HEIGHT));
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"same\" x=\"%.1f\" y=\"2\" width=\"%.1f\" height=\"16\"/>",
            x(-margin),
            x(margin) - x(-margin)));
    svg.append(line("zero", MIDDLE, 1, MIDDLE, HEIGHT - 1));
    svg.append(line("interval", low, HEIGHT / 2, high, HEIGHT / 2));
    if (effect.low() < -largest) {
      svg.append(arrow(low, 5));
    }
    if (effect.high() > largest) {
      svg.append(arrow(high, -5));
    }
    svg.append(
        String.format(
            Locale.ROOT, "<circle cx=\"%.1f\" cy=\"10\" r=\"4\"/></svg>", x(effect.value())));
    return svg.toString();
  }

  private double x(double value) {
    return MIDDLE + HALF * Math.max(-1, Math.min(1, value / largest));
  }

  private static String line(String kind, double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        kind,
        x1,
        y1,
        x2,
        y2);
  }

  private static String arrow(double tip, double back) {
    return String.format(
        Locale.ROOT,
        "<polyline class=\"interval\" points=\"%.1f,6 %.1f,10 %.1f,14\"/>",
        tip + back,
        tip,
        tip + back);
  }
}
