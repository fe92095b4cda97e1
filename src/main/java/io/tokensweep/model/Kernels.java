package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.DifferentiableOperators.Layer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What this machine computes fast. */
public final class Kernels {
  private Kernels() {}

  /**
   * The ways in which a network may compute a linear layer here.
   *
   * @param weight (out, in), of which packed copies stay in its manager
   * @return maps (…, in) to (…, out)
   */
  public static List<UnaryOperator<NDArray>> linear(NDArray weight) {
    Layer layer = new Layer(weight, Optional.empty());
    return Stream.concat(Stream.of(layer), PackedLinear.of(layer).stream())
        .map(way -> (UnaryOperator<NDArray>) way::of)
        .toList();
  }

  /** Number types whose linear layers oneDNN computes on this processor. */
  public static List<String> packed(NDManager manager) {
    Map<String, UnaryOperator<NDArray>> types = new LinkedHashMap<>();
    types.put("fp32", Casts::wide);
    types.put("bf16", Casts::brainFloat);
    types.put("fp16", Casts::half);
    try (NDManager scope = manager.newSubManager()) {
      return types.entrySet().stream()
          .filter(type -> PackedLinear.packs(type.getValue().apply(scope.ones(new Shape(1, 1)))))
          .map(Map.Entry::getKey)
          .toList();
    }
  }
}
