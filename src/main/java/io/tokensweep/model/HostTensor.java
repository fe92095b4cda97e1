package io.tokensweep.model;

/**
 * A tensor in Java memory, as read from a checkpoint.
 *
 * @param shape dimensions, outermost first
 * @param data row-major values, as many as the product of {@code shape}
 */
@SuppressWarnings("ArrayRecordComponent") // weights are shared on purpose: copying them is the cost
public record HostTensor(long[] shape, float[] data) {
  public HostTensor {
    long elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    if (elements != data.length) {
      throw new IllegalArgumentException(
          "shape holds %d values, got %d".formatted(elements, data.length));
    }
  }
}
