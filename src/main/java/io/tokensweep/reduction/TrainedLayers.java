package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import io.tokensweep.model.Casts;
import java.util.List;
import java.util.Map;

/**
 * Layers that a method brings along. A layer has the name of the official state dict and two
 * weights, {@code name.weight} and {@code name.bias}.
 */
final class TrainedLayers {
  private TrainedLayers() {}

  /** Shapes of a linear layer's weights by their names. */
  static Map<String, List<Long>> linearWeights(String name, long in, long out) {
    return Map.of(name + ".weight", List.of(out, in), name + ".bias", List.of(out));
  }

  /** Shapes of an affine LayerNorm's weights by their names. */
  static Map<String, List<Long>> normWeights(String name, long width) {
    return Map.of(name + ".weight", List.of(width), name + ".bias", List.of(width));
  }

  /**
   * @param x (…, in)
   * @return x Wᵀ + b, (…, out)
   */
  static NDArray linear(Site site, String name, NDArray x) {
    return Linear.linear(x, site.weight(name + ".weight"), site.weight(name + ".bias"))
        .singletonOrThrow();
  }

  /** A weight in Java memory, row-major. */
  static float[] values(Site site, String name) {
    NDArray weight = site.weight(name);
    try (NDArray view = weight.reshape(weight.getShape());
        NDArray wide = Casts.wide(view)) {
      return wide.toFloatArray();
    }
  }

  /** LayerNorm over the last axis. */
  static NDArray layerNorm(Site site, String name, NDArray x, double epsilon) {
    Shape normalised = new Shape(x.getShape().get(x.getShape().dimension() - 1));
    return LayerNorm.layerNorm(
            x,
            normalised,
            site.weight(name + ".weight"),
            site.weight(name + ".bias"),
            (float) epsilon)
        .singletonOrThrow();
  }
}
