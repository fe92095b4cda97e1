package io.tokensweep.data;

import java.util.Arrays;

/**
 * Pillow's antialiased 8-bit bicubic resize, bit for bit: kernel with a = -0.5 widened by the scale
 * when shrinking, 22-bit fixed-point weights, horizontal pass first, rounding and clamping to 8
 * bits after each pass.
 */
final class BicubicResampler {
  private static final int FRACTION_BITS = 22;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private BicubicResampler() {}

  /**
   * Cuts {@code crop} out of {@code image} resized to {@code width x height}; only the pixels of
   * the crop are computed.
   */
  static RgbImage resample(RgbImage image, int width, int height, Crop crop) {
    Axis columns = Axis.of(image.width(), width, crop.left(), crop.width());
    Axis rows = Axis.of(image.height(), height, crop.top(), crop.height());
    int[] narrowed = horizontal(image, columns, rows.firstInput(), rows.endInput());
    return new RgbImage(crop.width(), crop.height(), vertical(narrowed, 3 * crop.width(), rows));
  }

  /** Input rows {@code [firstRow, endRow)}, {@code 3 * columns.outputs} values of 0 to 255 each. */
  private static int[] horizontal(RgbImage image, Axis columns, int firstRow, int endRow) {
    byte[] pixels = image.pixels();
    int[] starts = columns.starts();
    int[] offsets = columns.offsets();
    int[] weights = columns.weights();
    int[] out = new int[(endRow - firstRow) * columns.outputs() * 3];
    int o = 0;
    for (int y = firstRow; y < endRow; y++) {
      int rowStart = y * image.width();
      for (int x = 0; x < starts.length; x++) {
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        int p = 3 * (rowStart + starts[x]);
        for (int tap = offsets[x]; tap < offsets[x + 1]; tap++, p += 3) {
          int weight = weights[tap];
          red += weight * (pixels[p] & 0xff);
          green += weight * (pixels[p + 1] & 0xff);
          blue += weight * (pixels[p + 2] & 0xff);
        }
        out[o++] = clamp(red >> FRACTION_BITS);
        out[o++] = clamp(green >> FRACTION_BITS);
        out[o++] = clamp(blue >> FRACTION_BITS);
      }
    }
    return out;
  }

  private static byte[] vertical(int[] in, int rowLength, Axis rows) {
    byte[] out = new byte[rows.outputs() * rowLength];
    int[] sums = new int[rowLength];
    for (int y = 0; y < rows.outputs(); y++) {
      Arrays.fill(sums, HALF);
      int p = (rows.starts()[y] - rows.firstInput()) * rowLength;
      for (int tap = rows.offsets()[y]; tap < rows.offsets()[y + 1]; tap++, p += rowLength) {
        addScaled(sums, in, p, rows.weights()[tap]);
      }
      for (int i = 0; i < rowLength; i++) {
        out[y * rowLength + i] = (byte) clamp(sums[i] >> FRACTION_BITS);
      }
    }
    return out;
  }

  private static void addScaled(int[] sums, int[] in, int start, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * in[start + i];
    }
  }

  private static int clamp(int x) {
    return Math.max(0, Math.min(255, x));
  }

  /** The part of a resized image that is wanted, in its pixels. */
  record Crop(int left, int top, int width, int height) {}

  /**
   * The weights along one axis, for a range of its output pixels.
   *
   * @param starts the first input pixel of each output pixel
   * @param offsets where the weights of each output pixel start; one entry more than outputs
   * @param weights fixed point with 22 fraction bits
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one call and is never compared
  private record Axis(int[] starts, int[] offsets, int[] weights) {

    static Axis of(int in, int out, int firstOutput, int outputs) {
      double scale = (double) in / out;
      double filterScale = Math.max(scale, 1);
      double support = 2 * filterScale;
      double inverse = 1 / filterScale;
      int[] starts = new int[outputs];
      int[] offsets = new int[outputs + 1];
      int[] weights = new int[outputs * ((int) Math.ceil(support) * 2 + 1)];
      double[] kernel = new double[(int) Math.ceil(support) * 2 + 1];
      for (int x = 0; x < outputs; x++) {
        double center = (firstOutput + x + 0.5) * scale;
        int low = Math.max(0, (int) (center - support + 0.5));
        int taps = Math.min(in, (int) (center + support + 0.5)) - low;
        double sum = 0;
        for (int j = 0; j < taps; j++) {
          kernel[j] = kernel((j + low - center + 0.5) * inverse);
          sum += kernel[j];
        }
        starts[x] = low;
        offsets[x + 1] = offsets[x] + taps;
        for (int j = 0; j < taps; j++) {
          double weight = kernel[j] / sum * (1 << FRACTION_BITS);
          weights[offsets[x] + j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
        }
      }
      return new Axis(starts, offsets, weights);
    }

    int outputs() {
      return starts.length;
    }

    int firstInput() {
      return starts[0];
    }

    int endInput() {
      int last = outputs() - 1;
      return starts[last] + offsets[last + 1] - offsets[last];
    }

    /** Pillow's evaluation order, so that doubles agree. */
    private static double kernel(double t) {
      double x = Math.abs(t);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      if (x < 2) {
        return (((x - 5) * x + 8) * x - 4) * -0.5;
      }
      return 0;
    }
  }
}
