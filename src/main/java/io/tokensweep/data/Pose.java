package io.tokensweep.data;

/**
 * Where and how a drawing stands in the image: {@code x' = xx x + xy y + x0}, {@code y' = yx x + yy
 * y + y0}, from the units of the drawing to the unit square of the image.
 */
record Pose(double xx, double xy, double yx, double yy, double x0, double y0) {

  /**
   * Shears and mirrors, then turns, scales and moves.
   *
   * @param half half the side of the drawing in the unit square
   * @param turn in radians
   */
  static Pose of(double x0, double y0, double half, double turn, double shear, boolean mirrored) {
    double cos = half * StrictMath.cos(turn);
    double sin = half * StrictMath.sin(turn);
    double sign = mirrored ? -1 : 1;
    return new Pose(sign * cos, shear * cos - sin, sign * sin, shear * sin + cos, x0, y0);
  }

  double determinant() {
    return xx * yy - xy * yx;
  }
}
