package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tokensweep.data.BicubicResampler.Crop;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Against Pillow's resize written down value by value, over the whole image. */
class BicubicResamplerTest {
  @Property(tries = 300)
  void everyCropOfEverySizeIsThatOfTheWholeImageResized(
      @ForAll @IntRange(min = 1, max = 90) int width,
      @ForAll @IntRange(min = 1, max = 90) int height,
      @ForAll @IntRange(min = 1, max = 70) int newWidth,
      @ForAll @IntRange(min = 1, max = 70) int newHeight,
      @ForAll Random random) {
    RgbImage image = noise(width, height, random);
    int cropWidth = 1 + random.nextInt(newWidth);
    int cropHeight = 1 + random.nextInt(newHeight);
    Crop crop =
        new Crop(
            random.nextInt(newWidth - cropWidth + 1),
            random.nextInt(newHeight - cropHeight + 1),
            cropWidth,
            cropHeight);
    assertArrayEquals(
        cut(plain(image, newWidth, newHeight), newWidth, crop),
        BicubicResampler.resample(image, newWidth, newHeight, crop).pixels());
  }

  @Test
  void imagesOfDifferentSizesDoNotDisturbEachOtherOnSeveralThreads() {
    Random random = new Random(11);
    RgbImage[] images =
        IntStream.rangeClosed(1, 16)
            .mapToObj(i -> noise(37 * i, 400 - 23 * i, random))
            .toArray(RgbImage[]::new);
    Crop crop = new Crop(3, 5, 40, 41);
    byte[][] expected =
        Arrays.stream(images)
            .map(image -> cut(plain(image, 50, 60), 50, crop))
            .toArray(byte[][]::new);
    IntStream.range(0, 10 * images.length)
        .parallel()
        .forEach(
            i ->
                assertArrayEquals(
                    expected[i % images.length],
                    BicubicResampler.resample(images[i % images.length], 50, 60, crop).pixels()));
  }

  /** Along rows, then along columns, each value by itself. */
  private static byte[] plain(RgbImage image, int width, int height) {
    byte[] narrowed = new byte[3 * width * image.height()];
    for (int i = 0; i < narrowed.length; i++) {
      int line = i / (3 * width);
      int column = i / 3 % width;
      int first = 3 * line * image.width() + i % 3;
      narrowed[i] = value(image.pixels(), first, 3, image.width(), width, column);
    }
    byte[] resized = new byte[3 * width * height];
    for (int i = 0; i < resized.length; i++) {
      int line = i / (3 * width);
      resized[i] = value(narrowed, i % (3 * width), 3 * width, image.height(), height, line);
    }
    return resized;
  }

  /** Output {@code at} of {@code out}, of {@code in} samples that lie {@code step} apart. */
  private static byte value(byte[] samples, int first, int step, int in, int out, int at) {
    double scale = (double) in / out;
    double widened = Math.max(1, scale);
    double centre = (at + 0.5) * scale;
    int low = Math.max(0, (int) (centre - 2 * widened + 0.5));
    int high = Math.min(in, (int) (centre + 2 * widened + 0.5));
    double[] weights =
        IntStream.range(low, high)
            .mapToDouble(i -> bicubic((i - centre + 0.5) * (1 / widened)))
            .toArray();
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    long sum = 1 << 21;
    for (int i = low; i < high; i++) {
      double weight = weights[i - low] / total * (1 << 22);
      long fixed = (long) (weight < 0 ? weight - 0.5 : weight + 0.5);
      sum += fixed * (samples[first + i * step] & 0xff);
    }
    return (byte) Math.max(0, Math.min(255, sum >> 22));
  }

  private static double bicubic(double t) {
    double x = Math.abs(t);
    if (x < 1) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
  }

  private static byte[] cut(byte[] pixels, int width, Crop crop) {
    byte[] out = new byte[3 * crop.width() * crop.height()];
    for (int y = 0; y < crop.height(); y++) {
      int from = 3 * ((crop.top() + y) * width + crop.left());
      System.arraycopy(pixels, from, out, 3 * y * crop.width(), 3 * crop.width());
    }
    return out;
  }

  private static RgbImage noise(int width, int height, Random random) {
    byte[] pixels = new byte[3 * width * height];
    random.nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }
}
