package io.tokensweep.report;

import java.util.ArrayList;
import java.util.List;

/** All figures of the trials on one data set. */
final class Figures {
  private Figures() {}

  /** Those of the page, where one chooses what is shown. */
  static List<Figure> ofPage(Section section, Looks looks) {
    return with(section, looks, LayerFigures.all(section, looks));
  }

  /** Those that stand for themselves. */
  static List<Figure> ofFiles(Section section, Looks looks) {
    return with(section, looks, LayerFigures.few(section, looks)).stream()
        .map(Figures::withoutPapers)
        .toList();
  }

  /** What was not measured is only shown where it can be switched on and says what it is. */
  private static Figure withoutPapers(Figure figure) {
    return new Figure(
        figure.key(),
        figure.title(),
        figure.caption(),
        figure.x(),
        figure.y(),
        figure.series().stream().filter(s -> s.look().colour() != Figure.Look.PAPER).toList());
  }

  private static List<Figure> with(Section section, Looks looks, List<Figure> layers) {
    List<Figure> figures = new ArrayList<>(CostFigures.of(section, looks));
    figures.addAll(KeepRateFigures.of(section, looks));
    figures.addAll(layers);
    return figures;
  }
}
