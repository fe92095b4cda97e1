package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import java.util.Map;
import java.util.Optional;

/** One operation of the engine after the other, each with its gradient. */
record DifferentiableOperators() implements Operators {
  @Override
  public LinearLayer linear(Map<String, NDArray> weights, String name) {
    return Layer.of(weights, name);
  }

  @Override
  public NDArray attention(AttentionHeads heads) {
    return Casts.like(heads.matrix(), heads.values()).matMul(heads.values());
  }

  record Layer(NDArray weight, Optional<NDArray> bias) implements LinearLayer {
    static Layer of(Map<String, NDArray> weights, String name) {
      return new Layer(
          weights.get(name + ".weight"), Optional.ofNullable(weights.get(name + ".bias")));
    }

    @Override
    public NDArray of(NDArray x) {
      return bias.map(b -> Linear.linear(x, weight, b))
          .orElseGet(() -> Linear.linear(x, weight))
          .singletonOrThrow();
    }

    @Override
    public NDArray gelu(NDArray x) {
      return Activation.gelu(of(x));
    }
  }
}
