package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** What nearly all arithmetic of a forward pass is: linear layers and attention. */
sealed interface Operators permits FusedOperators, DifferentiableOperators {
  /**
   * The layer of the weights {@code name.weight}, (out, in), and {@code name.bias}, (out); without
   * bias where there is none.
   */
  LinearLayer linear(Map<String, NDArray> weights, String name);

  /** softmax(q kᵀ / √d + bias) v of every head, the softmax in fp32, (B, H, T, d). */
  NDArray attention(AttentionHeads heads);

  /** x Wᵀ + b. */
  interface LinearLayer {
    /**
     * @param x (…, in)
     * @return (…, out)
     */
    NDArray of(NDArray x);

    /** GELU in its exact form of what {@link #of} returns. */
    NDArray gelu(NDArray x);
  }
}
