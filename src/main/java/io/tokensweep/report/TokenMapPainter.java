package io.tokensweep.report;

import io.tokensweep.data.RgbImage;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** Pictures of a photograph with a token map over it. */
final class TokenMapPainter {
  private static final int USUAL_SIZE = 224;
  private static final int LEAST_CELL = 10;

  private TokenMapPainter() {}

  static BufferedImage photo(RgbImage photo) {
    BufferedImage image =
        new BufferedImage(photo.width(), photo.height(), BufferedImage.TYPE_INT_RGB);
    byte[] pixels = photo.pixels();
    for (int i = 0; i < photo.width() * photo.height(); i++) {
      int rgb =
          ((pixels[3 * i] & 0xff) << 16)
              | ((pixels[3 * i + 1] & 0xff) << 8)
              | (pixels[3 * i + 2] & 0xff);
      image.setRGB(i % photo.width(), i / photo.width(), rgb);
    }
    return image;
  }

  /** Pixels of a side of a picture: as many for each patch. */
  static int size(Optional<TokenMap> map) {
    return map.map(
            known -> {
              int cell = (int) Math.round((double) USUAL_SIZE / known.side());
              return known.side() * Math.max(LEAST_CELL, cell);
            })
        .orElse(USUAL_SIZE);
  }

  /**
   * A square picture.
   *
   * @param map empty for the photograph alone
   * @param size pixels of a side, a multiple of the patches of a side
   */
  static BufferedImage paint(RgbImage photo, Optional<TokenMap> map, int size) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(photo(photo), 0, 0, size, size, null);
    map.ifPresent(
        known -> graphics.drawImage(TokenMapOverlay.draw(known, size / known.side()), 0, 0, null));
    graphics.dispose();
    return image;
  }
}
