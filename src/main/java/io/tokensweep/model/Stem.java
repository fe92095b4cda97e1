package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.Map;

/** What turns pixels into features of patches. */
interface Stem {
  /**
   * @param pixels (B, 3, R, R) fp32
   * @return (B, D, R / P, R / P) in the type of its weights
   */
  NDArray features(NDArray pixels);

  static Stem of(Architecture architecture, Map<String, NDArray> weights) {
    return switch (architecture.design().stem()) {
      case PATCH -> new Projection(architecture.patch(), weights);
      case CONVOLUTIONS -> new Convolutions(architecture.patch(), weights);
    };
  }

  /** DeiT and ViT: a linear projection of each square of {@code side} pixels or values. */
  record Projection(int side, Map<String, NDArray> weights) implements Stem {
    @Override
    public NDArray features(NDArray pixels) {
      NDArray kernel = weights.get("patch_embed.proj.weight");
      NDArray bias = weights.get("patch_embed.proj.bias");
      NDArray like = Casts.like(pixels, kernel);
      return Conv2d.conv2d(like, kernel, bias, new Shape(side, side)).singletonOrThrow();
    }
  }
}
