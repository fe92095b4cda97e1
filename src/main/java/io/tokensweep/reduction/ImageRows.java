package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Parting a batch into images that are treated differently, and putting it together again. */
final class ImageRows {
  private ImageRows() {}

  /**
   * Some images of a batch.
   *
   * @param array (B, …)
   * @param images indices into B
   */
  static NDArray take(NDArray array, int[] images) {
    long[] rows = Arrays.stream(images).asLongStream().toArray();
    return array.get(array.getManager().create(rows));
  }

  /** The tokens of some images. */
  static Tokens take(Tokens tokens, int[] images) {
    return new Tokens(
        take(tokens.x(), images),
        tokens.specials(),
        tokens.sizes().map(array -> take(array, images)),
        tokens.proportional(),
        tokens.active().map(array -> take(array, images)),
        tokens.sources().map(array -> take(array, images)),
        take(tokens.carried(), images));
  }

  /**
   * One batch of two parts that have the same number of tokens.
   *
   * @param firstImages where the images of {@code first} belong in the whole batch
   * @param secondImages where those of {@code second} belong
   */
  static Tokens join(Tokens first, int[] firstImages, Tokens second, int[] secondImages) {
    int[] rows = new int[firstImages.length + secondImages.length];
    for (int i = 0; i < firstImages.length; i++) {
      rows[firstImages[i]] = i;
    }
    for (int i = 0; i < secondImages.length; i++) {
      rows[secondImages[i]] = firstImages.length + i;
    }
    return new Tokens(
        take(first.x().concat(second.x(), 0), rows),
        first.specials(),
        join(first.sizes(), second.sizes(), rows),
        first.proportional(),
        join(first.active(), second.active(), rows),
        join(first.sources(), second.sources(), rows),
        join(first.carried(), second.carried(), rows));
  }

  private static Map<String, NDArray> take(Map<String, NDArray> arrays, int[] images) {
    Map<String, NDArray> taken = new TreeMap<>();
    arrays.forEach((name, array) -> taken.put(name, take(array, images)));
    return taken;
  }

  private static Map<String, NDArray> join(
      Map<String, NDArray> first, Map<String, NDArray> second, int[] rows) {
    Map<String, NDArray> joined = new TreeMap<>();
    first.forEach((name, array) -> joined.put(name, take(array.concat(second.get(name), 0), rows)));
    return joined;
  }

  private static Optional<NDArray> join(
      Optional<NDArray> first, Optional<NDArray> second, int[] rows) {
    return first.flatMap(a -> second.map(b -> take(a.concat(b, 0), rows)));
  }
}
