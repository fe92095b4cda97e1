package io.tokensweep.model;

import java.io.Serializable;

/**
 * The dimensions of a plain or distilled DeiT/ViT.
 *
 * @param name timm name, or {@code vit_custom}
 * @param imageSize resolution in pixels that the position embedding was trained at
 * @param patch side of a patch in pixels
 * @param width D, channels of a token
 * @param depth L, number of blocks
 * @param heads H, attention heads; {@code width} is a multiple of it
 * @param hidden m, channels inside the FFN
 * @param classes outputs of the head
 * @param distilled whether a distillation token and its head follow the class token
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
    boolean distilled)
    implements Serializable {

  /** Epsilon of every LayerNorm. */
  public static final double LAYER_NORM_EPSILON = 1e-6;

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
  }

  /** Special tokens ahead of the patch tokens: the class token and, distilled, one more. */
  public int specials() {
    return distilled ? 2 : 1;
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

  /** Number of trained values. */
  public long parameters() {
    long d = width;
    long embedding =
        d * 3 * patch * patch + d + d * (specials() + patches(imageSize)) + specials() * d;
    long block = 4 * d + 3 * d * d + 3 * d + d * d + d + 2 * d * hidden + hidden + d;
    long head = (d * classes + classes) * (distilled ? 2 : 1);
    return embedding + depth * block + 2 * d + head;
  }
}
