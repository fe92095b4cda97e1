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

  /** Rows that the horizontal pass works on at a time: what it touches stays in the cache. */
  private static final int STRIP = 32;

  private BicubicResampler() {}

  /**
   * Cuts {@code crop} out of {@code image} resized to {@code width x height}; only the pixels of
   * the crop are computed.
   */
  static RgbImage resample(RgbImage image, int width, int height, Crop crop) {
    Axis columns = Axis.of(image.width(), width, crop.left(), crop.width());
    Axis rows = Axis.of(image.height(), height, crop.top(), crop.height());
    int[][] narrowed = horizontal(image, columns, rows.firstInput(), rows.endInput());
    return new RgbImage(crop.width(), crop.height(), vertical(narrowed, 3 * crop.width(), rows));
  }

  /**
   * Input rows {@code [firstRow, endRow)}, {@code 3 * columns.outputs} values of 0 to 255 each.
   *
   * <p>A strip of rows is turned on its side, so that one weight meets a run of values: the inner
   * loop is that of the vertical pass, which the compiler turns into vector instructions.
   */
  private static int[][] horizontal(RgbImage image, Axis columns, int firstRow, int endRow) {
    int[][] out = new int[endRow - firstRow][3 * columns.outputs()];
    int[][] strip = new int[columns.endInput() - columns.firstInput()][3 * STRIP];
    int[] sums = new int[3 * STRIP];
    for (int top = firstRow; top < endRow; top += STRIP) {
      int rows = Math.min(STRIP, endRow - top);
      turn(image, columns.firstInput(), top, rows, strip);
      for (int x = 0; x < columns.outputs(); x++) {
        columns.weigh(x, strip, sums);
        for (int y = 0; y < rows; y++) {
          int[] row = out[top - firstRow + y];
          row[3 * x] = sums[3 * y];
          row[3 * x + 1] = sums[3 * y + 1];
          row[3 * x + 2] = sums[3 * y + 2];
        }
      }
    }
    return out;
  }

  /** The input columns that {@code columns} reads, each as {@code rows} pixels on end. */
  private static void turn(RgbImage image, int left, int top, int rows, int[][] strip) {
    byte[] pixels = image.pixels();
    int rowLength = 3 * image.width();
    for (int x = 0; x < strip.length; x++) {
      int[] column = strip[x];
      int p = top * rowLength + 3 * (left + x);
      for (int i = 0; i < 3 * rows; i += 3, p += rowLength) {
        column[i] = pixels[p] & 0xff;
        column[i + 1] = pixels[p + 1] & 0xff;
        column[i + 2] = pixels[p + 2] & 0xff;
      }
    }
  }

  private static byte[] vertical(int[][] in, int rowLength, Axis rows) {
    byte[] out = new byte[rows.outputs() * rowLength];
    int[] sums = new int[rowLength];
    for (int y = 0; y < rows.outputs(); y++) {
      rows.weigh(y, in, sums);
      for (int i = 0; i < rowLength; i++) {
        out[y * rowLength + i] = (byte) sums[i];
      }
    }
    return out;
  }

  /** To 0 to 255, without a branch or a call, which the compiler would not vectorise. */
  private static int clamp(int x) {
    return ((x & ~(x >> 31)) | ((255 - x) >> 31)) & 255;
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

    /**
     * One line of the output, as values of 0 to 255.
     *
     * @param in lines of the input from {@code firstInput} on
     */
    void weigh(int output, int[][] in, int[] line) {
      Arrays.fill(line, HALF);
      int from = offsets[output];
      int first = starts[output] - firstInput();
      for (int tap = from; tap < offsets[output + 1]; tap++) {
        addScaled(line, in[first + tap - from], weights[tap]);
      }
      for (int i = 0; i < line.length; i++) {
        line[i] = clamp(line[i] >> FRACTION_BITS);
      }
    }

    private static void addScaled(int[] sums, int[] in, int weight) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weight * in[i];
      }
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
