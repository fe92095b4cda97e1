package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import java.util.Map;

/**
 * The stem of LV-ViT, "4_2": three convolutions with batch norm and ReLU at half the resolution,
 * then the projection of squares of half a patch.
 */
record Convolutions(int patch, Map<String, NDArray> weights) implements Stem {
  private static final float EPSILON = 1e-5f;
  private static final Shape ONE = new Shape(1, 1);
  private static final Shape TWO = new Shape(2, 2);
  private static final Shape THREE = new Shape(3, 3);

  @Override
  public NDArray features(NDArray pixels) {
    NDArray x = layer(Casts.like(pixels, weight("conv1.weight")), 1, TWO, THREE);
    x = layer(x, 2, ONE, ONE);
    x = layer(x, 3, ONE, ONE);
    return new Projection(patch / 2, weights).features(x);
  }

  /** Convolution without bias, batch norm with the running statistics, ReLU. */
  private NDArray layer(NDArray x, int index, Shape stride, Shape padding) {
    NDArray kernel = weight("conv" + index + ".weight");
    NDArray convolved = Conv2d.conv2d(x, kernel, null, stride, padding).singletonOrThrow();
    String norm = "bn" + index + ".";
    NDArray normed =
        BatchNorm.batchNorm(
                convolved,
                weight(norm + "running_mean"),
                weight(norm + "running_var"),
                weight(norm + "weight"),
                weight(norm + "bias"),
                1,
                0,
                EPSILON,
                false)
            .singletonOrThrow();
    return Activation.relu(normed);
  }

  private NDArray weight(String name) {
    return weights.get("patch_embed." + name);
  }
}
