package io.tokensweep.train;

import io.tokensweep.data.RgbImage;
import java.util.Random;

/** Changes to a training image that keep its class: mirroring, a shift, and an erased box. */
final class Augmentation {
  private static final int SHIFT_OF_WIDTH = 16;
  private static final double ERASED = 0.1;

  private Augmentation() {}

  /** Mirrors half of the images, shifts by up to 1/16 of the width, erases a box in every tenth. */
  static RgbImage apply(RgbImage image, Random random) {
    int side = image.width();
    boolean mirrored = random.nextBoolean();
    int reach = side / SHIFT_OF_WIDTH;
    int dx = random.nextInt(2 * reach + 1) - reach;
    int dy = random.nextInt(2 * reach + 1) - reach;
    byte[] from = image.pixels();
    byte[] to = new byte[from.length];
    for (int y = 0; y < side; y++) {
      int row = Math.min(side - 1, Math.max(0, y + dy));
      for (int x = 0; x < side; x++) {
        int column = Math.min(side - 1, Math.max(0, (mirrored ? side - 1 - x : x) + dx));
        System.arraycopy(from, 3 * (row * side + column), to, 3 * (y * side + x), 3);
      }
    }
    if (random.nextDouble() < ERASED) {
      erase(to, side, random);
    }
    return new RgbImage(side, side, to);
  }

  /** Fills a box with sides of 1/8 to 3/8 of the image with noise (Zhong et al. 2020). */
  private static void erase(byte[] pixels, int side, Random random) {
    int width = side / 8 + random.nextInt(side / 4 + 1);
    int height = side / 8 + random.nextInt(side / 4 + 1);
    int left = random.nextInt(side - width + 1);
    int top = random.nextInt(side - height + 1);
    byte[] noise = new byte[3 * width];
    for (int y = top; y < top + height; y++) {
      random.nextBytes(noise);
      System.arraycopy(noise, 0, pixels, 3 * (y * side + left), noise.length);
    }
  }
}
