package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.DifferentiableOperators.Layer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engine's fused kernels: attention that never holds its matrix, and on a CPU linear layers of
 * oneDNN over weights packed once, with the GELU inside. No gradients.
 */
record FusedOperators() implements Operators {
  private static final TorchScript ATTENTION =
      new TorchScript(List.of("q", "k", "v"), "torch.scaled_dot_product_attention(q, k, v)");
  private static final TorchScript BIASED_ATTENTION =
      new TorchScript(
          List.of("q", "k", "v", "bias"), "torch.scaled_dot_product_attention(q, k, v, bias)");

  @Override
  public LinearLayer linear(Map<String, NDArray> weights, String name) {
    Layer layer = Layer.of(weights, name);
    Optional<LinearLayer> packed = PackedLinear.of(layer);
    return packed.orElse(layer);
  }

  @Override
  public NDArray attention(AttentionHeads heads) {
    return heads
        .keyBias()
        .map(
            perKey ->
                BIASED_ATTENTION.of(
                    heads.queries(),
                    heads.keys(),
                    heads.values(),
                    Casts.like(perKey, heads.queries()).expandDims(1).expandDims(1)))
        .orElseGet(() -> ATTENTION.of(heads.queries(), heads.keys(), heads.values()));
  }
}
