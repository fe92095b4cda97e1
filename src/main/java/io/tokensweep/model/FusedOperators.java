package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.DifferentiableOperators.Layer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engine's fast kernels: attention that never holds its matrix, and on a CPU linear layers of
 * oneDNN over weights packed once, with the GELU inside. No gradients.
 *
 * <p>In bf16 on a CPU the engine's fused attention takes a third longer than its two products with
 * the softmax between them, which are oneDNN's; so there these run. Either way the softmax is
 * computed in fp32 and rounded once.
 */
record FusedOperators() implements Operators {
  @Override
  public LinearLayer linear(Map<String, NDArray> weights, String name) {
    Layer layer = Layer.of(weights, name);
    Optional<LinearLayer> packed = PackedLinear.of(layer);
    return packed.orElse(layer);
  }

  @Override
  public NDArray attention(AttentionHeads heads) {
    NDArray queries = heads.queries();
    NDArray keys = heads.keys();
    NDArray values = heads.values();
    Optional<NDArray> bias =
        heads
            .keyBias()
            .map(perKey -> Casts.like(perKey, queries).expandDims(1).expandDims(1)); // (B, 1, 1, T)
    if (Casts.isBrainFloat(queries) && !queries.getDevice().isGpu()) {
      NDArray scaled = queries.mul(heads.scale());
      return bias.map(b -> Scripts.BIASED_PRODUCTS.of(scaled, keys, values, b))
          .orElseGet(() -> Scripts.PRODUCTS.of(scaled, keys, values));
    }
    return bias.map(b -> Scripts.BIASED.of(queries, keys, values, b))
        .orElseGet(() -> Scripts.PLAIN.of(queries, keys, values));
  }

  /** Loaded when first used. */
  private static final class Scripts {
    private static final List<String> HEADS = List.of("q", "k", "v");
    private static final List<String> BIASED_HEADS = List.of("q", "k", "v", "bias");
    private static final String LOGITS = "torch.matmul(q, torch.transpose(k, -2, -1))";

    private static final TorchScript PLAIN =
        new TorchScript(HEADS, "torch.scaled_dot_product_attention(q, k, v)");
    private static final TorchScript BIASED =
        new TorchScript(BIASED_HEADS, "torch.scaled_dot_product_attention(q, k, v, bias)");
    private static final TorchScript PRODUCTS =
        new TorchScript(HEADS, "torch.matmul(torch.softmax(%s, -1), v)".formatted(LOGITS));
    private static final TorchScript BIASED_PRODUCTS =
        new TorchScript(
            BIASED_HEADS,
            "torch.matmul(torch.softmax(torch.add(%s, bias), -1), v)".formatted(LOGITS));
  }
}
