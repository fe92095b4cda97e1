package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.Arrays;

/** Keeping the same patches in every image. */
final class FixedPatches {
  private FixedPatches() {}

  /**
   * Some of the patches that are there go on, in their order.
   *
   * @param present patches of the image that the patch tokens are, ascending
   * @param kept some of them, ascending
   */
  static Tokens keep(Tokens tokens, int[] present, int[] kept) {
    if (kept.length == present.length) {
      return tokens;
    }
    long[] row = Arrays.stream(kept).mapToLong(p -> Arrays.binarySearch(present, p)).toArray();
    NDArray indices =
        tokens
            .x()
            .getManager()
            .create(row, new Shape(1, row.length))
            .broadcast(tokens.batch(), row.length);
    return TokenRows.gather(tokens, TokenRows.withSpecials(indices, tokens.specials()));
  }
}
