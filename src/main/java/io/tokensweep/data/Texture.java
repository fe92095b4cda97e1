package io.tokensweep.data;

/** The families of background textures. */
enum Texture {
  STRIPES {
    @Override
    double at(double u, double v, double pixel, long seed) {
      return step(0.25 - fromCentre(u), pixel);
    }
  },
  NOISE {
    @Override
    double at(double u, double v, double pixel, long seed) {
      double sum = 0.65 * smooth(u, v, seed) + 0.35 * smooth(2.3 * u, 2.3 * v, seed + 1);
      return clamp(1.7 * sum - 0.35);
    }
  },
  CHECKS {
    @Override
    double at(double u, double v, double pixel, long seed) {
      double a = step(0.25 - fromCentre(u * 0.75), pixel * 0.75);
      double b = step(0.25 - fromCentre(v * 0.75), pixel * 0.75);
      return a + b - 2 * a * b;
    }
  },
  GRADIENT {
    @Override
    double at(double u, double v, double pixel, long seed) {
      return 2 * fromCentre(0.13 * u + 0.03 * v + 0.25);
    }
  },
  DOTS {
    @Override
    double at(double u, double v, double pixel, long seed) {
      double x = u + 0.5 * (((long) Math.floor(v)) & 1);
      return step(0.3 - length(fromCentre(x), fromCentre(v)), pixel);
    }
  },
  WAVES {
    @Override
    double at(double u, double v, double pixel, long seed) {
      double swing = 4 * fromCentre(0.6 * v) - 1;
      return step(0.25 - fromCentre(u + 0.3 * swing * (1.6 - 0.6 * Math.abs(swing))), pixel);
    }
  },
  RINGS {
    @Override
    double at(double u, double v, double pixel, long seed) {
      return step(0.25 - fromCentre(length(u, v)), pixel);
    }
  },
  CROSSHATCH {
    @Override
    double at(double u, double v, double pixel, long seed) {
      double nearest = Math.min(fromCentre(1.2 * (u + v) * 0.7), fromCentre(1.2 * (u - v) * 0.7));
      return step(0.13 - nearest, pixel * 1.2);
    }
  },
  SPECKLE {
    @Override
    double at(double u, double v, double pixel, long seed) {
      double x = 1.8 * u;
      double y = 1.8 * v;
      long column = (long) Math.floor(x);
      long row = (long) Math.floor(y);
      double size = 0.55 * SceneRandom.lattice(seed, column, row) - 0.12;
      double dx = x - column - 0.3 - 0.4 * SceneRandom.lattice(seed + 1, column, row);
      double dy = y - row - 0.3 - 0.4 * SceneRandom.lattice(seed + 2, column, row);
      return step(size - length(dx, dy), pixel * 1.8);
    }
  },
  BRICKS {
    @Override
    double at(double u, double v, double pixel, long seed) {
      double y = 1.2 * v;
      long row = (long) Math.floor(y);
      double x = 0.6 * u + 0.5 * (row & 1);
      double shade = 0.45 * SceneRandom.lattice(seed, (long) Math.floor(x), row);
      double mortar =
          Math.max(step(fromCentre(x) - 0.44, 0.6 * pixel), step(fromCentre(y) - 0.4, 1.2 * pixel));
      return shade + (1 - shade) * mortar;
    }
  };

  /**
   * How much of the second colour is at a point, in {@code [0, 1]}.
   *
   * @param u in cells of the texture
   * @param v in cells of the texture
   * @param pixel width of a pixel, in cells
   * @param seed of what is random in the texture
   */
  abstract double at(double u, double v, double pixel, long seed);

  /** Distance to the middle of the unit cell, in {@code [0, 0.5]}. */
  private static double fromCentre(double t) {
    return Math.abs(t - Math.floor(t) - 0.5);
  }

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }

  /** 0 below zero, 1 above, with a ramp one pixel wide. */
  private static double step(double value, double pixel) {
    return clamp(value / pixel + 0.5);
  }

  private static double clamp(double value) {
    return Math.min(1, Math.max(0, value));
  }

  /** Value noise: random numbers on the integer lattice with a smooth surface through them. */
  private static double smooth(double u, double v, long seed) {
    long column = (long) Math.floor(u);
    long row = (long) Math.floor(v);
    double x = ease(u - column);
    double y = ease(v - row);
    double top = mixed(column, row, x, seed);
    double bottom = mixed(column, row + 1, x, seed);
    return top + (bottom - top) * y;
  }

  private static double mixed(long column, long row, double x, long seed) {
    double left = SceneRandom.lattice(seed, column, row);
    return left + (SceneRandom.lattice(seed, column + 1, row) - left) * x;
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }
}
