package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/**
 * What one token that goes on is made of. Tokens are the patch tokens of one image, 0 … N-1.
 *
 * <p>A token belongs to the first group that has it as a member; a token of no group is dropped.
 */
@SuppressWarnings("ArrayRecordComponent") // made and used within one step, never compared
sealed interface Group {
  /** The tokens that go on in this one. */
  int[] members();

  /** The tokens whose features are in this one. */
  default int[] parts() {
    return members();
  }

  /** A token as it is. */
  record Kept(int token) implements Group {
    @Override
    public int[] members() {
      return new int[] {token};
    }
  }

  /** Σ weights[i] · U[parts[i]]. */
  record Sum(int[] members, int[] parts, double[] weights) implements Group {}

  /** The largest value of each channel. */
  record Maximum(int[] members) implements Group {}

  /**
   * A token that was made of the whole sequence.
   *
   * @param members the tokens whose patches count to it
   * @param made the made tokens of all images, the same array in every group, (B, rows, D)
   * @param row which of them it is
   */
  record Made(int[] members, NDArray made, int row) implements Group {}

  static Group mean(int[] members, int[] parts) {
    double[] weights = new double[parts.length];
    Arrays.fill(weights, 1.0 / parts.length);
    return new Sum(members, parts, weights);
  }
}
