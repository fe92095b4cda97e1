package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Tokens for trained selectors, and what became of them. */
final class SelectorCalls {
  private SelectorCalls() {}

  static Site site(int block, int batch, Map<String, HostTensor> weights, NDManager manager) {
    Map<String, NDArray> arrays = new HashMap<>();
    weights.forEach(
        (name, tensor) ->
            arrays.put(name, manager.create(tensor.data(), new Shape(tensor.shape()))));
    return new Site(block, new long[batch], arrays);
  }

  /** Random features; sources are recorded, sizes are 1, 2, 3, … */
  static Tokens random(
      int batch, int specials, int patches, int width, long seed, NDManager manager) {
    int count = specials + patches;
    NDArray x = RandomNetworks.gaussian(new Shape(batch, count, width), seed, manager);
    NDArray sizes = manager.arange(1f, count + 1).reshape(1, count).repeat(0, batch);
    return new Tokens(x, specials, Optional.of(sizes), false, Optional.empty(), Optional.empty())
        .recordingSources();
  }

  /** The same tokens with {@code extra} tokens of padding, which are far from harmless. */
  static Tokens padded(Tokens tokens, int extra, NDManager manager) {
    int batch = tokens.batch();
    long width = tokens.x().getShape().get(2);
    NDArray noise = RandomNetworks.gaussian(new Shape(batch, extra, width), 99, manager).mul(50);
    NDArray real = manager.ones(new Shape(batch, tokens.count()));
    return new Tokens(
        tokens.x().concat(noise, 1),
        tokens.specials(),
        tokens.sizes().map(sizes -> sizes.concat(manager.ones(new Shape(batch, extra)), 1)),
        false,
        Optional.of(real.concat(manager.zeros(new Shape(batch, extra)), 1)),
        tokens.sources());
  }

  /** Features of the patch tokens of one image that are no padding. */
  static double[][] features(Tokens tokens, int image) {
    int width = (int) tokens.x().getShape().get(2);
    int count = tokens.patchesPerImage()[image];
    float[] all = tokens.x().get(image).toFloatArray();
    double[][] features = new double[count][width];
    for (int j = 0; j < count; j++) {
      for (int c = 0; c < width; c++) {
        features[j][c] = all[(tokens.specials() + j) * width + c];
      }
    }
    return features;
  }

  /** The patches of an image that are still there, in the order of their tokens. */
  static int[] order(Tokens tokens, int image) {
    int[] sources = tokens.sources().orElseThrow().get(image).toIntArray();
    int[] order = new int[(int) Arrays.stream(sources).filter(token -> token >= 0).count()];
    for (int patch = 0; patch < sources.length; patch++) {
      if (sources[patch] >= 0) {
        order[sources[patch]] = patch;
      }
    }
    return order;
  }
}
