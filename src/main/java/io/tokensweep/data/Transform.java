package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.BicubicResampler.Crop;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How an image becomes the input of a network: bicubic resize and centre crop to {@code R x R},
 * then {@code (x / 255 - mean) / std} for each channel.
 *
 * @param resize how the image is fitted to the resolution
 * @param mean of red, green and blue, each in [0, 1]
 * @param std of red, green and blue, each above 0
 */
public record Transform(Resize resize, List<Double> mean, List<Double> std)
    implements Serializable {
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  /**
   * {@code deit}, also EViT, BAT and PPT; {@code timm}; {@code lvvit}, as TokenLabeling T and S.
   */
  private static final Map<String, Transform> NAMED =
      new TreeMap<>(Map.of("deit", imageNet(0.875), "timm", imageNet(0.9), "lvvit", imageNet(0.9)));

  /** How an image is fitted to a resolution R. */
  public sealed interface Resize extends Serializable {}

  /**
   * The shorter side becomes {@code floor(R / fraction)}, the longer side follows, rounded down;
   * then the centre is cut out.
   *
   * @param fraction in (0, 1]
   */
  public record ShortSide(double fraction) implements Resize {
    public ShortSide {
      if (!(fraction > 0 && fraction <= 1)) {
        throw new InvalidInputException("crop fraction %s is outside (0, 1]".formatted(fraction));
      }
    }

    /** Length of the shorter side after resizing, in pixels; in doubles, as the Python codes. */
    public int side(int resolution) {
      return (int) (resolution / fraction);
    }
  }

  /** Both sides become R, whatever the image's proportions. */
  public record Squash() implements Resize {}

  public Transform {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || mean.stream().anyMatch(m -> !(m >= 0 && m <= 1))) {
      throw new InvalidInputException(
          "mean %s is no list of three numbers from 0 to 1".formatted(mean));
    }
    if (std.size() != 3 || std.stream().anyMatch(s -> !(s > 0 && s < Double.MAX_VALUE))) {
      throw new InvalidInputException("std %s is no list of three numbers above 0".formatted(std));
    }
  }

  /**
   * One of the transforms of the published models.
   *
   * @throws InvalidInputException if there is none of this name
   */
  public static Transform named(String name) {
    Transform transform = NAMED.get(name);
    if (transform == null) {
      throw new InvalidInputException(
          "transform '%s' is unknown, allowed are %s"
              .formatted(name, String.join(", ", NAMED.keySet())));
    }
    return transform;
  }

  /** Resizes and crops to {@code resolution x resolution} pixels, bit for bit as Pillow. */
  public RgbImage apply(RgbImage image, int resolution) {
    if (resize instanceof ShortSide shortSide) {
      int side = shortSide.side(resolution);
      int shorter = Math.min(image.width(), image.height());
      int width = Math.toIntExact((long) side * image.width() / shorter);
      int height = Math.toIntExact((long) side * image.height() / shorter);
      Crop crop =
          new Crop(margin(width, resolution), margin(height, resolution), resolution, resolution);
      return BicubicResampler.resample(image, width, height, crop);
    }
    return BicubicResampler.resample(
        image, resolution, resolution, new Crop(0, 0, resolution, resolution));
  }

  /**
   * Writes the normalised image in float32, as torchvision's {@code ToTensor} and {@code
   * Normalize}.
   *
   * @param out receives {@code 3 * height * width} values, channel by channel in raster order
   * @param offset of the first value in {@code out}
   */
  public void normalise(RgbImage image, float[] out, int offset) {
    byte[] pixels = image.pixels();
    int area = image.width() * image.height();
    float[] values = new float[256];
    for (int channel = 0; channel < 3; channel++) {
      float centre = mean.get(channel).floatValue();
      float scale = std.get(channel).floatValue();
      for (int level = 0; level < 256; level++) {
        values[level] = (level / 255f - centre) / scale;
      }
      int start = offset + channel * area;
      for (int i = 0; i < area; i++) {
        out[start + i] = values[pixels[3 * i + channel] & 0xff];
      }
    }
  }

  /** Plain values that tell transforms apart, for trial identities: equal for equal transforms. */
  public Map<String, Object> canonical() {
    Map<String, Object> values = new TreeMap<>();
    values.put("interpolation", "bicubic");
    values.put("mean", mean);
    values.put("std", std);
    if (resize instanceof ShortSide shortSide) {
      values.put("resize", "short_side");
      values.put("crop", shortSide.fraction());
    } else {
      values.put("resize", "squash");
    }
    return values;
  }

  /**
   * The transform of {@link #canonical} values.
   *
   * @throws InvalidInputException if they are not those of a transform
   */
  public static Transform ofCanonical(Map<String, Object> values) {
    try {
      Resize resize =
          values.get("resize").equals("squash")
              ? new Squash()
              : new ShortSide(((Number) values.get("crop")).doubleValue());
      return new Transform(resize, numbers(values.get("mean")), numbers(values.get("std")));
    } catch (ClassCastException | NullPointerException e) {
      throw new InvalidInputException("%s is no transform".formatted(values), e);
    }
  }

  private static List<Double> numbers(Object list) {
    return ((List<?>) list).stream().map(value -> ((Number) value).doubleValue()).toList();
  }

  private static Transform imageNet(double fraction) {
    return new Transform(new ShortSide(fraction), IMAGENET_MEAN, IMAGENET_STD);
  }

  /** Half of what the crop leaves, halves rounded to even as in Python. */
  private static int margin(int side, int resolution) {
    return (int) Math.rint((side - resolution) / 2.0);
  }
}
