package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What this machine computes fast. */
public final class Kernels {
  private Kernels() {}

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
