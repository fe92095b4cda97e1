package io.tokensweep.report;

import io.tokensweep.InvalidInputException;
import io.tokensweep.report.Figure.Point;
import io.tokensweep.report.Figure.Series;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.jfree.svg.SVGGraphics2D;

/** Writes figures as PNG, SVG and CSV. */
final class FigureFiles {
  /** Pixels of a PNG for one of the SVG. */
  private static final int SHARPNESS = 2;

  private FigureFiles() {}

  /**
   * Three files for each figure, named by its key.
   *
   * @return the files
   */
  static List<Path> write(List<Figure> figures, Path folder) {
    List<Path> files = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (Figure figure : figures) {
        Path png = folder.resolve(figure.key() + ".png");
        ImageIO.write(png(figure), "png", png.toFile());
        files.add(png);
        files.add(Files.writeString(folder.resolve(figure.key() + ".svg"), svg(figure)));
        files.add(Files.writeString(folder.resolve(figure.key() + ".csv"), csv(figure)));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidInputException(
          "figures cannot be written to %s: %s".formatted(folder, e.getMessage()), e);
    }
    return files;
  }

  static BufferedImage png(Figure figure) {
    BufferedImage image =
        new BufferedImage(
            FigurePainter.WIDTH * SHARPNESS,
            FigurePainter.height(figure) * SHARPNESS,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = image.createGraphics();
    canvas.scale(SHARPNESS, SHARPNESS);
    FigurePainter.paint(figure, canvas);
    canvas.dispose();
    return image;
  }

  static String svg(Figure figure) {
    SVGGraphics2D canvas = new SVGGraphics2D(FigurePainter.WIDTH, FigurePainter.height(figure));
    canvas.setDefsKeyPrefix(figure.key());
    FigurePainter.paint(figure, canvas);
    return canvas.getSVGDocument();
  }

  /** All numbers with all digits. */
  static String csv(Figure figure) {
    StringBuilder out = new StringBuilder();
    out.append(
        Csv.line(List.of("series", figure.x().name(), figure.y().name(), "low", "high", "label")));
    for (Series series : figure.series()) {
      for (Point point : series.points()) {
        out.append(
            Csv.line(
                Csv.text(series.name()),
                Csv.number(point.x()),
                Csv.number(point.y()),
                bound(point.low()),
                bound(point.high()),
                Csv.text(point.label())));
      }
    }
    return out.toString();
  }

  private static String bound(OptionalDouble bound) {
    return bound.isPresent() ? Csv.number(bound.getAsDouble()) : "";
  }
}
