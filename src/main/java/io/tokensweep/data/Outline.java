package io.tokensweep.data;

/**
 * The outline of one part, as a signed distance: negative inside, positive outside, in the units of
 * the drawing; {@code y} points down.
 */
sealed interface Outline {

  double distance(double x, double y);

  Bounds bounds();

  /** A box that contains the outline. */
  record Bounds(double left, double top, double right, double bottom) {}

  /** Polygon over the corners' alternating x and y; closed by itself. */
  static Outline polygon(double... corners) {
    return new Polygon(corners);
  }

  static Outline box(double left, double top, double right, double bottom) {
    return new Polygon(new double[] {left, top, right, top, right, bottom, left, bottom});
  }

  static Outline disc(double x, double y, double radius) {
    return new Ellipse(x, y, radius, radius);
  }

  static Outline ellipse(double x, double y, double radiusX, double radiusY) {
    return new Ellipse(x, y, radiusX, radiusY);
  }

  /** A circle drawn with a pen of the given width. */
  static Outline ring(double x, double y, double radius, double width) {
    return new Ring(x, y, radius, width / 2);
  }

  /** A line drawn with a round pen of the given width. */
  static Outline line(double x0, double y0, double x1, double y1, double width) {
    return new Line(x0, y0, x1, y1, width / 2);
  }

  /** What lies above {@code y}. */
  default Outline above(double y) {
    Bounds b = bounds();
    return new Both(this, box(b.left - 1, b.top - 1, b.right + 1, y));
  }

  /** What lies below {@code y}. */
  default Outline below(double y) {
    Bounds b = bounds();
    return new Both(this, box(b.left - 1, y, b.right + 1, b.bottom + 1));
  }

  default Outline within(Outline other) {
    return new Both(this, other);
  }

  default Outline without(Outline hole) {
    return new Difference(this, hole);
  }

  @SuppressWarnings("ArrayRecordComponent") // never leaves this interface
  record Polygon(double[] corners) implements Outline {
    @Override
    public double distance(double x, double y) {
      double nearest = Double.MAX_VALUE;
      boolean inside = false;
      double fromX = corners[corners.length - 2];
      double fromY = corners[corners.length - 1];
      for (int i = 0; i < corners.length; i += 2) {
        double toX = corners[i];
        double toY = corners[i + 1];
        double edgeX = toX - fromX;
        double edgeY = toY - fromY;
        double dx = x - fromX;
        double dy = y - fromY;
        nearest = Math.min(nearest, squaredToSegment(dx, dy, edgeX, edgeY));
        if ((fromY > y) != (toY > y) && (dx * edgeY - dy * edgeX < 0) == (edgeY > 0)) {
          inside = !inside;
        }
        fromX = toX;
        fromY = toY;
      }
      double distance = Math.sqrt(nearest);
      return inside ? -distance : distance;
    }

    @Override
    public Bounds bounds() {
      double left = corners[0];
      double top = corners[1];
      double right = left;
      double bottom = top;
      for (int i = 2; i < corners.length; i += 2) {
        left = Math.min(left, corners[i]);
        right = Math.max(right, corners[i]);
        top = Math.min(top, corners[i + 1]);
        bottom = Math.max(bottom, corners[i + 1]);
      }
      return new Bounds(left, top, right, bottom);
    }
  }

  /** Its distance is exact for circles and a first-order estimate for other ellipses. */
  record Ellipse(double x, double y, double radiusX, double radiusY) implements Outline {
    @Override
    public double distance(double px, double py) {
      double u = (px - x) / radiusX;
      double v = (py - y) / radiusY;
      double length = Math.sqrt(u * u + v * v);
      double gradientU = u / radiusX;
      double gradientV = v / radiusY;
      double gradient = Math.sqrt(gradientU * gradientU + gradientV * gradientV);
      return gradient < 1e-9 ? -Math.min(radiusX, radiusY) : length * (length - 1) / gradient;
    }

    @Override
    public Bounds bounds() {
      return new Bounds(x - radiusX, y - radiusY, x + radiusX, y + radiusY);
    }
  }

  record Ring(double x, double y, double radius, double halfWidth) implements Outline {
    @Override
    public double distance(double px, double py) {
      double dx = px - x;
      double dy = py - y;
      return Math.abs(Math.sqrt(dx * dx + dy * dy) - radius) - halfWidth;
    }

    @Override
    public Bounds bounds() {
      double outer = radius + halfWidth;
      return new Bounds(x - outer, y - outer, x + outer, y + outer);
    }
  }

  record Line(double x0, double y0, double x1, double y1, double halfWidth) implements Outline {
    @Override
    public double distance(double x, double y) {
      return Math.sqrt(squaredToSegment(x - x0, y - y0, x1 - x0, y1 - y0)) - halfWidth;
    }

    @Override
    public Bounds bounds() {
      return new Bounds(
          Math.min(x0, x1) - halfWidth,
          Math.min(y0, y1) - halfWidth,
          Math.max(x0, x1) + halfWidth,
          Math.max(y0, y1) + halfWidth);
    }
  }

  record Both(Outline first, Outline second) implements Outline {
    @Override
    public double distance(double x, double y) {
      return Math.max(first.distance(x, y), second.distance(x, y));
    }

    @Override
    public Bounds bounds() {
      Bounds a = first.bounds();
      Bounds b = second.bounds();
      return new Bounds(
          Math.max(a.left, b.left),
          Math.max(a.top, b.top),
          Math.min(a.right, b.right),
          Math.min(a.bottom, b.bottom));
    }
  }

  record Difference(Outline whole, Outline hole) implements Outline {
    @Override
    public double distance(double x, double y) {
      return Math.max(whole.distance(x, y), -hole.distance(x, y));
    }

    @Override
    public Bounds bounds() {
      return whole.bounds();
    }
  }

  private static double squaredToSegment(double dx, double dy, double edgeX, double edgeY) {
    double along = (dx * edgeX + dy * edgeY) / (edgeX * edgeX + edgeY * edgeY);
    double clamped = Math.min(1, Math.max(0, along));
    double x = dx - clamped * edgeX;
    double y = dy - clamped * edgeY;
    return x * x + y * y;
  }
}
