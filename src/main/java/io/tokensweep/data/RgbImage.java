package io.tokensweep.data;

/**
 * An 8-bit RGB image.
 *
 * @param width in pixels
 * @param height in pixels
 * @param pixels interleaved R, G, B in raster order, {@code 3 * width * height} unsigned bytes
 */
@SuppressWarnings("ArrayRecordComponent") // pixels are shared on purpose: copying them is the cost
public record RgbImage(int width, int height, byte[] pixels) {
  public RgbImage {
    if (width < 1 || height < 1 || pixels.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "%d x %d pixels need %d bytes, got %d"
              .formatted(width, height, 3L * width * height, pixels.length));
    }
  }

  /**
   * A square image of {@link #planes}.
   *
   * @param side in pixels
   * @param planes {@code 3 * side * side} values
   */
  public static RgbImage ofPlanes(int side, byte[] planes) {
    int area = side * side;
    byte[] pixels = new byte[planes.length];
    for (int i = 0; i < area; i++) {
      for (int channel = 0; channel < 3; channel++) {
        pixels[3 * i + channel] = planes[channel * area + i];
      }
    }
    return new RgbImage(side, side, pixels);
  }

  /** The same values, all of red in raster order, then green, then blue. */
  public byte[] planes() {
    byte[] planes = new byte[pixels.length];
    int area = pixels.length / 3;
    for (int i = 0; i < area; i++) {
      planes[i] = pixels[3 * i];
      planes[area + i] = pixels[3 * i + 1];
      planes[2 * area + i] = pixels[3 * i + 2];
    }
    return planes;
  }
}
