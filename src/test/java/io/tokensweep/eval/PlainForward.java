package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.Reduction;
import java.util.Arrays;
import java.util.SortedMap;

/** Comparing a network with reductions to something simpler, image by image. */
final class PlainForward {
  /** Some blocks of fp32 on values of a few units. */
  static final float ROUNDING = 5e-5f;

  private PlainForward() {}

  static float[] logits(
      VisionTransformer network, SortedMap<Integer, Reduction> sites, NDArray pixels) {
    long[] keys = new long[Math.toIntExact(pixels.getShape().get(0))];
    return new Forward(network, sites, Forward.Observer.NONE).logits(pixels, keys).toFloatArray();
  }

  /** Pixels of one image of a batch. */
  static float[] image(NDArray pixels, int image) {
    return pixels.get(image).toFloatArray();
  }

  /** A batch, the same batch backwards and each image alone have the same logits. */
  static void assertImagesAreIndependent(
      VisionTransformer network, SortedMap<Integer, Reduction> sites, NDArray pixels) {
    int batch = Math.toIntExact(pixels.getShape().get(0));
    float[] together = logits(network, sites, pixels);
    float[] backwards = logits(network, sites, pixels.flip(0));
    int classes = network.architecture().classes();
    for (int image = 0; image < batch; image++) {
      float[] alone = logits(network, sites, pixels.get("{}:{}", image, image + 1));
      assertArrayEquals(alone, row(together, image, classes), ROUNDING);
      assertArrayEquals(alone, row(backwards, batch - 1 - image, classes), ROUNDING);
    }
  }

  static float[] row(float[] logits, int image, int classes) {
    return Arrays.copyOfRange(logits, image * classes, (image + 1) * classes);
  }

  static float[] narrow(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  static Architecture ofDepth(int depth, boolean distilled) {
    return new Architecture(
        "vit_custom", 32, 8, 24, depth, 3, 48, 5, distilled ? Design.DISTILLED : Design.VIT);
  }
}
