package io.tokensweep.model;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The dimensions and the design of a backbone.
 *
 * @param name timm name, or {@code vit_custom}
 * @param imageSize resolution in pixels that the position embedding was trained at
 * @param patch side of a patch in pixels
 * @param width D, channels of a token
 * @param depth L, number of blocks
 * @param heads H, attention heads; {@code width} is a multiple of it
 * @param hidden m, channels inside the FFN
 * @param classes outputs of the head
 * @param design what tells it from others of these dimensions
 */
public record Architecture(
    String name,
    int imageSize,
    int patch,
    int width,
    int depth,
    int heads,
    int hidden,
    int classes,
    Design design)
    implements Serializable {

  public Architecture {
    if (patch < 1 || width < 1 || depth < 1 || heads < 1 || hidden < 1 || classes < 1) {
      throw new IllegalArgumentException("every dimension of an architecture is at least 1");
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "width %d is not a multiple of heads %d".formatted(width, heads));
    }
    if (imageSize < patch || imageSize % patch != 0) {
      throw new IllegalArgumentException(
          "image_size %d is not a multiple of patch %d".formatted(imageSize, patch));
    }
    if (design.stem() == Design.Stem.CONVOLUTIONS && patch % 2 != 0) {
      throw new IllegalArgumentException(
          "patch %d is odd, a stem of convolutions halves it".formatted(patch));
    }
  }

  /** The same backbone with a head for another number of classes. */
  public Architecture withClasses(int number) {
    return new Architecture(name, imageSize, patch, width, depth, heads, hidden, number, design);
  }

  /** Special tokens ahead of the patch tokens: the class token and, distilled, one more. */
  public int specials() {
    return switch (design.head()) {
      case CLASS, DENSE -> 1;
      case DISTILLED -> 2;
    };
  }

  /** Channels of one head. */
  public int headWidth() {
    return width / heads;
  }

  /** Patches along one side at a resolution that is a multiple of the patch. */
  public int grid(int resolution) {
    if (resolution < patch || resolution % patch != 0) {
      throw new IllegalArgumentException(
          "resolution %d is not a multiple of patch %d".formatted(resolution, patch));
    }
    return resolution / patch;
  }

  /** Patch tokens that enter the first block at a resolution. */
  public int patches(int resolution) {
    return grid(resolution) * grid(resolution);
  }

  /**
   * The blocks at which the papers reduce, at the quarters of the depth: 3, 6, 9 of 12 and 4, 8, 12
   * of 16. Block 0 is none of them.
   */
  public List<Integer> usualSites() {
    return IntStream.of(1, 2, 3)
        .map(quarter -> quarter * depth / 4)
        .filter(block -> block > 0)
        .distinct()
        .boxed()
        .toList();
  }

  /** Number of trained values; running statistics of a batch norm are none. */
  public long parameters() {
    long d = width;
    long tokens = d * (specials() + patches(imageSize)) + specials() * d;
    long qkv = 3 * d * d + (design.qkvBias() ? 3 * d : 0);
    long block = 4 * d + qkv + d * d + d + 2 * d * hidden + hidden + d;
    return stemParameters() + tokens + depth * block + 2 * d + headParameters();
  }

  private long stemParameters() {
    long d = width;
    long channels = Design.STEM_CHANNELS;
    return switch (design.stem()) {
      case PATCH -> d * 3 * patch * patch + d;
      case CONVOLUTIONS ->
          channels * 3 * 7 * 7
              + 2 * channels * channels * 3 * 3
              + 3 * 2 * channels
              + d * channels * (patch / 2) * (patch / 2)
              + d;
    };
  }

  private long headParameters() {
    long classifier = (long) width * classes + classes;
    return switch (design.head()) {
      case CLASS -> classifier;
      case DISTILLED, DENSE -> 2 * classifier;
    };
  }
}
