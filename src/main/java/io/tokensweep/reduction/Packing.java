package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Casts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some tokens of some images as one small batch: images without any are left out, the others are
 * padded to the most tokens that one of them has.
 */
final class Packing {
  private final int tokens;
  private final List<int[]> chosen;
  private final int[] images;
  private final int width;

  /**
   * @param tokens T
   * @param chosen for each image the tokens that are packed, of 0 … T-1
   */
  Packing(int tokens, List<int[]> chosen) {
    this.tokens = tokens;
    this.chosen = chosen;
    this.images =
        IntStream.range(0, chosen.size()).filter(image -> chosen.get(image).length > 0).toArray();
    this.width = chosen.stream().mapToInt(list -> list.length).max().orElse(0);
  }

  boolean isEmpty() {
    return images.length == 0;
  }

  /** Tokens of each image, 0 for one that is left out. */
  int[] counts() {
    return chosen.stream().mapToInt(list -> list.length).toArray();
  }

  /** Indices of the images that are packed. */
  int[] images() {
    return images.clone();
  }

  /**
   * The chosen tokens; padding repeats each image's first one.
   *
   * @param x of all tokens, (B, T, D)
   * @return (b, k, D)
   */
  NDArray pack(NDArray x) {
    long[] rows = new long[images.length * width];
    for (int i = 0; i < images.length; i++) {
      int[] own = chosen.get(images[i]);
      for (int k = 0; k < width; k++) {
        rows[i * width + k] = (long) images[i] * tokens + own[k < own.length ? k : 0];
      }
    }
    long channels = x.getShape().get(2);
    return x.reshape(-1, channels)
        .get(x.getManager().create(rows))
        .reshape(images.length, width, channels);
  }

  /** 1 for a token and 0 for padding, (b, k). */
  NDArray active(NDManager manager) {
    float[] marks = new float[images.length * width];
    for (int i = 0; i < images.length; i++) {
      Arrays.fill(marks, i * width, i * width + chosen.get(images[i]).length, 1);
    }
    return manager.create(marks, new Shape(images.length, width));
  }

  /**
   * Every token's row of a packed result, and 0 for those that were not packed.
   *
   * @param packed (b, k, D)
   * @return (B, T, D)
   */
  NDArray unpack(NDArray packed) {
    long channels = packed.getShape().get(2);
    NDManager manager = packed.getManager();
    int none = images.length * width;
    long[] rows = new long[chosen.size() * tokens];
    Arrays.fill(rows, none);
    for (int i = 0; i < images.length; i++) {
      int[] own = chosen.get(images[i]);
      for (int k = 0; k < own.length; k++) {
        rows[images[i] * tokens + own[k]] = (long) i * width + k;
      }
    }
    return packed
        .reshape(none, channels)
        .concat(Casts.like(manager.zeros(new Shape(1, channels)), packed), 0)
        .get(manager.create(rows))
        .reshape(chosen.size(), tokens, channels);
  }
}
