package io.tokensweep.report;

import io.tokensweep.report.TokenMap.Fate;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * What lies over the photograph: nothing over kept patches, a pale wash over dropped ones, one
 * colour over each merged group with a line around it.
 */
final class TokenMapOverlay {
  /** Of dropped patches: pale grey that lets a little of the photograph through. */
  static final int DROPPED = argb(new Color(226, 228, 232), 0.88);

  private static final double GROUP_ALPHA = 0.58;
  private static final double LINE_ALPHA = 0.92;

  /** Turns by the golden angle, so that the hues of neighbours are far apart. */
  private static final double GOLDEN_TURN = 0.381966;

  private static final double SATURATION = 0.68;

  /** Differ from row to row, because the hue of a patch below right is close. */
  private static final double[] LIGHTNESS = {0.50, 0.64, 0.40};

  private TokenMapOverlay() {}

  /**
   * @param cell pixels of a side of a patch, at least 1; lines are drawn from 6 on
   */
  static BufferedImage draw(TokenMap map, int cell) {
    int side = map.side();
    BufferedImage image = new BufferedImage(side * cell, side * cell, BufferedImage.TYPE_INT_ARGB);
    for (int patch = 0; patch < side * side; patch++) {
      Fate fate = map.fate(patch);
      if (fate != Fate.KEPT) {
        int fill = fate == Fate.DROPPED ? DROPPED : fill(map, patch);
        int[] cells = new int[cell * cell];
        Arrays.fill(cells, fill);
        if (fate == Fate.MERGED && cell >= 6) {
          outline(map, patch, cell, cells);
        }
        image.setRGB(patch % side * cell, patch / side * cell, cell, cell, cells, 0, cell);
      }
    }
    return image;
  }

  /** The colour of the group that a merged patch is in. */
  static int fill(TokenMap map, int patch) {
    return argb(colour(map, patch, 1), GROUP_ALPHA);
  }

  private static Color colour(TokenMap map, int patch, double brightness) {
    int leader = map.leader(patch);
    double lightness = LIGHTNESS[leader / map.side() % LIGHTNESS.length] * brightness;
    return hsl(leader * GOLDEN_TURN % 1, SATURATION, lightness);
  }

  /** Lines along the sides behind which another token lies, and the border of the image. */
  private static void outline(TokenMap map, int patch, int cell, int[] cells) {
    int side = map.side();
    int column = patch % side;
    int width = Math.max(1, cell / 14);
    int line = argb(colour(map, patch, 0.62), LINE_ALPHA);
    boolean left = column == 0 || !map.isSameToken(patch, patch - 1);
    boolean right = column == side - 1 || !map.isSameToken(patch, patch + 1);
    boolean above = patch < side || !map.isSameToken(patch, patch - side);
    boolean below = patch >= side * (side - 1) || !map.isSameToken(patch, patch + side);
    for (int y = 0; y < cell; y++) {
      for (int x = 0; x < cell; x++) {
        if ((left && x < width)
            || (right && x >= cell - width)
            || (above && y < width)
            || (below && y >= cell - width)) {
          cells[y * cell + x] = line;
        }
      }
    }
  }

  private static int argb(Color colour, double alpha) {
    return ((int) Math.round(255 * alpha) << 24) | (colour.getRGB() & 0xffffff);
  }

  private static Color hsl(double hue, double saturation, double lightness) {
    double value = lightness + saturation * Math.min(lightness, 1 - lightness);
    double ofValue = value == 0 ? 0 : 2 * (1 - lightness / value);
    return Color.getHSBColor((float) hue, (float) ofValue, (float) value);
  }
}
