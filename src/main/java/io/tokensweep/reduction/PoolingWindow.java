package io.tokensweep.reduction;

/**
 * Positions that one output of an adaptive pooling looks at. Windows overlap where the length is no
 * multiple of their number.
 *
 * @param start first position
 * @param end behind the last
 */
public record PoolingWindow(int start, int end) {
  /** Window {@code index} of {@code windows} over {@code length} positions. */
  public static PoolingWindow adaptive(int index, int windows, int length) {
    return new PoolingWindow(
        index * length / windows, ((index + 1) * length + windows - 1) / windows);
  }
}
