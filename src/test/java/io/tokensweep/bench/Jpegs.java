package io.tokensweep.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** JPEG files for benchmarks. */
final class Jpegs {
  private Jpegs() {}

  /** Soft waves with some noise: about as many bytes as a photograph of this size. */
  static byte[] drawn(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(0);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = (int) (128 + 90 * Math.sin(x / 17.0) + 12 * random.nextGaussian());
        int green = (int) (128 + 90 * Math.cos(y / 23.0) + 12 * random.nextGaussian());
        int blue = (x + y) & 0xff;
        image.setRGB(x, y, (red & 0xff) << 16 | (green & 0xff) << 8 | blue);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }
}
