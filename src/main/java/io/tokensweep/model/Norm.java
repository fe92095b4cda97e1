package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.LayerNorm;
import java.util.Map;

/** LayerNorm over the channels of each token. */
record Norm(NDArray weight, NDArray bias, double epsilon) {
  static Norm of(Map<String, NDArray> weights, String name, double epsilon) {
    return new Norm(weights.get(name + ".weight"), weights.get(name + ".bias"), epsilon);
  }

  /** The same in fp32. */
  Norm wide() {
    return new Norm(Casts.wide(weight), Casts.wide(bias), epsilon);
  }

  /**
   * @param x (B, T, D)
   */
  NDArray of(NDArray x) {
    Shape channels = new Shape(x.getShape().get(2));
    return LayerNorm.layerNorm(x, channels, weight, bias, (float) epsilon).singletonOrThrow();
  }
}
