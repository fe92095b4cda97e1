package io.tokensweep.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a position embedding trained on one grid is resized to another. The published code bases
 * differ; the choice changes accuracy at other resolutions.
 */
public enum PositionInterpolation {
  /** Bicubic, a = -0.75, no antialias: DeiT, EViT, PPT, TokenLabeling. The default. */
  DEIT,
  /** Bilinear, no antialias: timm 0.4, DynamicViT, Evo-ViT, A-ViT. */
  TIMM_0_4,
  /** Bicubic, a = -0.75, no antialias: timm 0.5 to 0.6, the same numbers as {@link #DEIT}. */
  TIMM_0_5,
  /** Bicubic with antialias, which in PyTorch means a = -0.5: timm from 0.8. */
  TIMM_0_8;

  /** Name in sweep files: {@code deit}, {@code timm-0.4}, {@code timm-0.5}, {@code timm-0.8}. */
  public String key() {
    return switch (this) {
      case DEIT -> "deit";
      case TIMM_0_4 -> "timm-0.4";
      case TIMM_0_5 -> "timm-0.5";
      case TIMM_0_8 -> "timm-0.8";
    };
  }

  /** What the filter computes, equal for variants that give equal numbers. */
  public String filterName() {
    return switch (this) {
      case DEIT, TIMM_0_5 -> "bicubic";
      case TIMM_0_4 -> "bilinear";
      case TIMM_0_8 -> "bicubic-antialias";
    };
  }

  /**
   * @param embedding (1, specials + G², D) of a square grid
   * @param specials leading rows that are copied
   * @param grid side of the new grid
   * @return (1, specials + grid², D)
   */
  public HostTensor resize(HostTensor embedding, int specials, int grid) {
    int width = Math.toIntExact(embedding.shape()[2]);
    int patches = Math.toIntExact(embedding.shape()[1]) - specials;
    int from = (int) Math.round(Math.sqrt(patches));
    if (from < 1 || from * from != patches) {
      throw new IllegalArgumentException(
          "a position embedding of %d patches is not a square grid".formatted(patches));
    }
    if (from == grid) {
      return embedding;
    }
    List<Tap[]> taps = taps(from, grid);
    float[] out = new float[(specials + grid * grid) * width];
    System.arraycopy(embedding.data(), 0, out, 0, specials * width);
    double[] rows = new double[grid * from * width]; // rows resized, columns as they were
    for (int y = 0; y < grid; y++) {
      for (Tap tap : taps.get(y)) {
        int source = (specials + tap.index * from) * width;
        int target = y * from * width;
        for (int i = 0; i < from * width; i++) {
          rows[target + i] += tap.weight * embedding.data()[source + i];
        }
      }
    }
    double[] cell = new double[width];
    for (int y = 0; y < grid; y++) {
      for (int x = 0; x < grid; x++) {
        Arrays.fill(cell, 0);
        for (Tap tap : taps.get(x)) {
          int source = (y * from + tap.index) * width;
          for (int c = 0; c < width; c++) {
            cell[c] += tap.weight * rows[source + c];
          }
        }
        int target = (specials + y * grid + x) * width;
        for (int c = 0; c < width; c++) {
          out[target + c] = (float) cell[c];
        }
      }
    }
    return new HostTensor(new long[] {1, specials + (long) grid * grid, width}, out);
  }

  private record Tap(int index, double weight) {}

  /** For each of {@code to} outputs, the inputs out of {@code from} and their weights. */
  private List<Tap[]> taps(int from, int to) {
    return switch (this) {
      case DEIT, TIMM_0_5 -> cubic(from, to);
      case TIMM_0_4 -> linear(from, to);
      case TIMM_0_8 -> cubicAntialias(from, to);
    };
  }

  private static List<Tap[]> linear(int from, int to) {
    List<Tap[]> all = new ArrayList<>();
    for (int i = 0; i < to; i++) {
      double source = Math.max(0, (i + 0.5) * from / to - 0.5);
      int low = Math.min((int) source, from - 1);
      int high = Math.min(low + 1, from - 1);
      double t = source - low;
      all.add(new Tap[] {new Tap(low, 1 - t), new Tap(high, t)});
    }
    return all;
  }

  private static List<Tap[]> cubic(int from, int to) {
    List<Tap[]> all = new ArrayList<>();
    for (int i = 0; i < to; i++) {
      double source = (i + 0.5) * from / to - 0.5;
      int floor = (int) Math.floor(source);
      Tap[] taps = new Tap[4];
      for (int m = -1; m <= 2; m++) {
        int index = Math.max(0, Math.min(from - 1, floor + m));
        taps[m + 1] = new Tap(index, kernel(m - (source - floor), -0.75));
      }
      all.add(taps);
    }
    return all;
  }

  private static List<Tap[]> cubicAntialias(int from, int to) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    List<Tap[]> all = new ArrayList<>();
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int low = Math.max(0, (int) (centre - 2 * stretch + 0.5));
      int high = Math.min(from, (int) (centre + 2 * stretch + 0.5));
      double sum = 0;
      for (int j = low; j < high; j++) {
        sum += kernel((j - centre + 0.5) / stretch, -0.5);
      }
      Tap[] taps = new Tap[high - low];
      for (int j = low; j < high; j++) {
        taps[j - low] = new Tap(j, kernel((j - centre + 0.5) / stretch, -0.5) / sum);
      }
      all.add(taps);
    }
    return all;
  }

  /** Keys' cubic convolution kernel. */
  private static double kernel(double distance, double a) {
    double t = Math.abs(distance);
    if (t <= 1) {
      return ((a + 2) * t - (a + 3)) * t * t + 1;
    }
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
  }
}
