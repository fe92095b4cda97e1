package io.tokensweep.data;

/** A square picture under construction; channels are in {@code [0, 1]} until they are developed. */
final class Canvas {
  private final int side;
  private final double[] channels;

  Canvas(int side) {
    this.side = side;
    this.channels = new double[3 * side * side];
  }

  void paint(Backdrop backdrop) {
    Pose pose = backdrop.pose();
    double pixel = Math.sqrt(Math.abs(pose.determinant())) / side;
    Rgb from = backdrop.first();
    Rgb to = backdrop.second();
    int at = 0;
    for (int row = 0; row < side; row++) {
      double y = (row + 0.5) / side;
      for (int column = 0; column < side; column++) {
        double x = (column + 0.5) / side;
        double u = pose.xx() * x + pose.xy() * y + pose.x0();
        double v = pose.yx() * x + pose.yy() * y + pose.y0();
        double share = backdrop.texture().at(u, v, pixel, backdrop.seed());
        channels[at++] = from.red() + (to.red() - from.red()) * share;
        channels[at++] = from.green() + (to.green() - from.green()) * share;
        channels[at++] = from.blue() + (to.blue() - from.blue()) * share;
      }
    }
  }

  void paint(Figure figure) {
    for (Part part : figure.parts()) {
      paint(part.outline(), figure, figure.palette().of(part.ink()));
    }
  }

  private void paint(Outline outline, Figure figure, Rgb colour) {
    Pose pose = figure.pose();
    double determinant = pose.determinant();
    double scale = Math.sqrt(Math.abs(determinant)) * side;
    Outline.Bounds bounds = outline.bounds();
    double middleX = (bounds.left() + bounds.right()) / 2;
    double middleY = (bounds.top() + bounds.bottom()) / 2;
    double halfX = (bounds.right() - bounds.left()) / 2;
    double halfY = (bounds.bottom() - bounds.top()) / 2;
    double centreX = pose.xx() * middleX + pose.xy() * middleY + pose.x0();
    double centreY = pose.yx() * middleX + pose.yy() * middleY + pose.y0();
    double reachX = Math.abs(pose.xx()) * halfX + Math.abs(pose.xy()) * halfY;
    double reachY = Math.abs(pose.yx()) * halfX + Math.abs(pose.yy()) * halfY;
    int left = pixel(centreX - reachX, -1);
    int right = pixel(centreX + reachX, 1);
    int top = pixel(centreY - reachY, -1);
    int bottom = pixel(centreY + reachY, 1);
    for (int row = top; row < bottom; row++) {
      double dy = (row + 0.5) / side - pose.y0();
      for (int column = left; column < right; column++) {
        double dx = (column + 0.5) / side - pose.x0();
        double x = (pose.yy() * dx - pose.xy() * dy) / determinant;
        double y = (pose.xx() * dy - pose.yx() * dx) / determinant;
        double cover = Math.min(1, 0.5 - outline.distance(x, y) * scale);
        if (cover > 0) {
          double light = 1 + figure.lightX() * x + figure.lightY() * y;
          blend(3 * (row * side + column), colour, light, cover);
        }
      }
    }
  }

  private void blend(int at, Rgb colour, double light, double cover) {
    channels[at] += (colour.red() * light - channels[at]) * cover;
    channels[at + 1] += (colour.green() * light - channels[at + 1]) * cover;
    channels[at + 2] += (colour.blue() * light - channels[at + 2]) * cover;
  }

  private int pixel(double position, int margin) {
    return (int) Math.min(side, Math.max(0, Math.floor(position * side) + margin));
  }

  /**
   * The finished picture.
   *
   * @param contrast factor around middle grey
   * @param brightness added to every channel
   * @param grain largest deviation of the noise of a channel
   */
  RgbImage develop(double contrast, double brightness, double grain, long seed) {
    byte[] pixels = new byte[channels.length];
    for (int at = 0; at < pixels.length; at += 3) {
      long bits = SceneRandom.mix(seed + at);
      for (int channel = 0; channel < 3; channel++) {
        double noise = ((bits & 0x3FF) + ((bits >>> 10) & 0x3FF)) / 1023.0 - 1;
        bits >>>= 20;
        double value = (channels[at + channel] - 0.5) * contrast + 0.5 + brightness + grain * noise;
        pixels[at + channel] = (byte) (int) (Math.min(1, Math.max(0, value)) * 255 + 0.5);
      }
    }
    return new RgbImage(side, side, pixels);
  }
}
