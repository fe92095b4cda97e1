package io.tokensweep.data;

/** A colour; each channel in {@code [0, 1]}. */
record Rgb(double red, double green, double blue) {

  /**
   * Converts from hue, saturation and value.
   *
   * @param hue in turns, {@code [0, 1)}
   */
  static Rgb ofHsv(double hue, double saturation, double value) {
    return new Rgb(
        channel(hue + 1.0, saturation, value),
        channel(hue + 2.0 / 3, saturation, value),
        channel(hue + 1.0 / 3, saturation, value));
  }

  /** Distance in which brightness counts most: black and white are 1 apart. */
  double distance(Rgb other) {
    double r = red - other.red;
    double g = green - other.green;
    double b = blue - other.blue;
    return Math.sqrt(0.35 * r * r + 0.45 * g * g + 0.2 * b * b);
  }

  private static double channel(double hue, double saturation, double value) {
    double turn = hue - Math.floor(hue);
    double ramp = Math.min(1, Math.max(0, Math.abs(turn * 6 - 3) - 1));
    return value * (1 - saturation + saturation * ramp);
  }
}
