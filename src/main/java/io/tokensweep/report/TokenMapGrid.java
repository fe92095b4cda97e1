package io.tokensweep.report;

import io.tokensweep.report.TokenMaps.OfTrial;
import io.tokensweep.report.TokenMaps.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Token maps as pictures to look at and to print: one image in all trials, site by site, and many
 * images beside what is left of each at the end.
 */
final class TokenMapGrid {
  /** Of the maps of a trial; methods that act in every block have more. */
  static final int STAGES = 4;

  private static final int MARGIN = 28;
  private static final int GAP = 14;
  private static final int LINE = 17;
  private static final Color TEXT = new Color(0x16191f);
  private static final Color SOFT = new Color(0x5c6470);
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 19);
  private static final Font NAME = new Font(Font.SANS_SERIF, Font.BOLD, 14);
  private static final Font CAPTION = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final int LEGEND_BOX = 13;

  private TokenMapGrid() {}

  /** A picture with what is written below it. */
  private record Panel(BufferedImage image, List<String> lines) {}

  /** A row of pictures with a heading. */
  private record Row(String heading, List<Panel> panels) {}

  /** One image: a row for each trial, the original ahead of the sites. */
  static BufferedImage sites(Picture picture) {
    List<Row> rows = new ArrayList<>();
    for (OfTrial trial : picture.trials()) {
      List<Panel> panels = new ArrayList<>();
      panels.add(original(picture, trial.end()));
      for (TokenMap map : trial.stages(STAGES)) {
        panels.add(panel(picture, map, TokenMapText.place(map, trial)));
      }
      String unchanged = trial.maps().isEmpty() ? ": keeps every patch as its own token" : "";
      rows.add(new Row(trial.name() + unchanged, panels));
    }
    return draw("%s, %d px".formatted(picture.image(), picture.resolution()), rows);
  }

  /**
   * Several images of the same trials: a row for each image, the original ahead of what each trial
   * leaves.
   *
   * @param pictures at least one
   * @param trials places of the trials that are shown, below the number of trials
   */
  static BufferedImage ends(List<Picture> pictures, List<Integer> trials) {
    List<Row> rows = new ArrayList<>();
    for (Picture picture : pictures) {
      List<Panel> panels = new ArrayList<>();
      List<OfTrial> shown = trials.stream().map(picture.trials()::get).toList();
      panels.add(
          original(picture, shown.stream().flatMap(trial -> trial.end().stream()).findFirst()));
      for (OfTrial trial : shown) {
        panels.add(
            trial
                .end()
                .map(map -> panel(picture, map, trial.name()))
                .orElseGet(
                    () ->
                        new Panel(
                            TokenMapPainter.paint(
                                picture.photo(),
                                Optional.empty(),
                                TokenMapPainter.size(Optional.empty())),
                            List.of(trial.name(), "unchanged"))));
      }
      rows.add(new Row(picture.image(), panels));
    }
    return draw("What is left at the end", rows);
  }

  private static Panel original(Picture picture, Optional<TokenMap> map) {
    return new Panel(
        TokenMapPainter.paint(picture.photo(), Optional.empty(), TokenMapPainter.size(map)),
        List.of("original", map.map(known -> known.sources().length + " patches").orElse("")));
  }

  private static Panel panel(Picture picture, TokenMap map, String caption) {
    Optional<TokenMap> known = Optional.of(map);
    return new Panel(
        TokenMapPainter.paint(picture.photo(), known, TokenMapPainter.size(known)),
        List.of(caption, TokenMapText.tokens(map), TokenMapText.counts(map)));
  }

  private static BufferedImage draw(String title, List<Row> rows) {
    int width = 2 * MARGIN + 560;
    int height = 2 * MARGIN + 2 * LINE + 14;
    for (Row row : rows) {
      width = Math.max(width, 2 * MARGIN - GAP + width(row));
      height += height(row);
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    int y = MARGIN + 4;
    write(graphics, TITLE, TEXT, title, MARGIN, y + 10, width - 2 * MARGIN);
    y += 2 * LINE;
    legend(graphics, MARGIN, y);
    y += LINE + 10;
    for (Row row : rows) {
      draw(graphics, row, y);
      y += height(row);
    }
    graphics.dispose();
    return image;
  }

  private static int width(Row row) {
    return row.panels().stream().mapToInt(panel -> panel.image().getWidth() + GAP).sum();
  }

  private static int height(Row row) {
    int pictures = row.panels().stream().mapToInt(p -> p.image().getHeight()).max().orElse(0);
    return LINE + 8 + pictures + 3 * LINE + 18;
  }

  private static void draw(Graphics2D graphics, Row row, int top) {
    write(graphics, NAME, TEXT, row.heading(), MARGIN, top + LINE - 4, width(row) - GAP);
    int x = MARGIN;
    for (Panel panel : row.panels()) {
      int y = top + LINE + 4;
      graphics.drawImage(panel.image(), x, y, null);
      y += panel.image().getHeight();
      for (int line = 0; line < panel.lines().size(); line++) {
        y += LINE;
        write(
            graphics,
            CAPTION,
            line == 0 ? TEXT : SOFT,
            panel.lines().get(line),
            x,
            y,
            panel.image().getWidth());
      }
      x += panel.image().getWidth() + GAP;
    }
  }

  private static void legend(Graphics2D graphics, int left, int baseline) {
    int x = left;
    x = entry(graphics, x, baseline, new Color(0x7fa36b), "kept: as in the photograph");
    Color dropped = new Color(TokenMapOverlay.DROPPED);
    x = entry(graphics, x, baseline, dropped, "dropped: pale");
    entry(graphics, x, baseline, new Color(0xc9549a), "merged: one colour for each token");
  }

  private static int entry(Graphics2D graphics, int x, int baseline, Color colour, String text) {
    graphics.setColor(colour);
    graphics.fillRect(x, baseline - LEGEND_BOX + 2, LEGEND_BOX, LEGEND_BOX);
    graphics.setColor(SOFT);
    graphics.setStroke(new BasicStroke(1));
    graphics.drawRect(x, baseline - LEGEND_BOX + 2, LEGEND_BOX, LEGEND_BOX);
    int start = x + LEGEND_BOX + 6;
    write(graphics, CAPTION, SOFT, text, start, baseline, 400);
    return start + graphics.getFontMetrics(CAPTION).stringWidth(text) + 22;
  }

  /** One line, cut in the middle if it is too long. */
  private static void write(
      Graphics2D graphics, Font font, Color colour, String text, int x, int y, int width) {
    FontMetrics metrics = graphics.getFontMetrics(font);
    String line = Text.elided(Text.visible(text), 400);
    for (int length = line.length() - 1;
        metrics.stringWidth(line) > width && length > 1;
        length--) {
      line = Text.elided(Text.visible(text), length);
    }
    graphics.setFont(font);
    graphics.setColor(colour);
    graphics.drawString(line, x, y);
  }
}
