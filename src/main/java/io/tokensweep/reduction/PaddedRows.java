package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.RowSelector;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Optional;

/** Different numbers of tokens in each image as one array, padded to the largest of them. */
final class PaddedRows {
  private PaddedRows() {}

  /**
   * All specials, those that are padding staying so, then the given patch tokens.
   *
   * @param kept for each image the patch tokens that go on, in output order
   */
  static RowSelector.Rows of(Tokens tokens, List<int[]> kept) {
    int specials = tokens.specials();
    // at least one row of patches, if only of padding: nobody downstream meets an empty array
    int longest = Math.max(1, kept.stream().mapToInt(patches -> patches.length).max().orElse(1));
    int rows = specials + longest;
    float[] before = tokens.active().map(NDArray::toFloatArray).orElseGet(() -> new float[0]);
    long[] indices = new long[kept.size() * rows];
    float[] active = new float[indices.length];
    boolean padded = false;
    for (int image = 0; image < kept.size(); image++) {
      int[] patches = kept.get(image);
      for (int row = 0; row < rows; row++) {
        boolean special = row < specials;
        boolean real =
            special
                ? before.length == 0 || before[image * tokens.count() + row] != 0
                : row - specials < patches.length;
        int token = special ? row : real ? specials + patches[row - specials] : 0;
        indices[image * rows + row] = token;
        active[image * rows + row] = real ? 1 : 0;
        padded |= !real;
      }
    }
    NDManager manager = tokens.x().getManager();
    Shape shape = new Shape(kept.size(), rows);
    return new RowSelector.Rows(
        manager.create(indices, shape),
        padded ? Optional.of(manager.create(active, shape)) : Optional.empty());
  }
}
