package io.tokensweep.train;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.WeightNames;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Weights before the first step, from a generator that no engine has a part in. Matrices have the
 * variance of Glorot and Bengio (2010), as the original ViT; the position embedding begins as the
 * two-dimensional sines and cosines of Chen et al. (2021, MoCo v3), scaled to the patches' own
 * magnitude. Small networks learn much sooner from this than from DeiT's deviation of 0.02.
 */
final class Initialisation {
  private static final double EMBEDDING_DEVIATION = 0.02;
  private static final double TRUNCATION = 2;
  private static final double LONGEST_WAVE = 10_000;

  private Initialisation() {}

  /** Truncated normal matrices; norms are the identity, biases and the head zero. */
  static Map<String, HostTensor> of(Architecture architecture, long seed) {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    WeightNames.of(architecture)
        .forEach(
            (name, dimensions) -> {
              long[] shape = dimensions.stream().mapToLong(Long::longValue).toArray();
              int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
              float[] data = new float[size];
              if (name.equals("pos_embed")) {
                fillPositions(data, architecture);
              } else if (name.equals("cls_token")) {
                fillNormal(
                    data,
                    EMBEDDING_DEVIATION,
                    Randomness.of(seed, "initialisation", weights.size()));
              } else if (shape.length > 1 && !name.equals("head.weight")) {
                double fan = (double) size / shape[0] + shape[0];
                fillNormal(
                    data,
                    Math.sqrt(2 / fan),
                    Randomness.of(seed, "initialisation", weights.size()));
              } else if (shape.length == 1 && name.endsWith(".weight")) {
                Arrays.fill(data, 1);
              }
              weights.put(name, new HostTensor(shape, data));
            });
    return weights;
  }

  private static void fillNormal(float[] data, double deviation, Random random) {
    for (int i = 0; i < data.length; i++) {
      double value = random.nextGaussian();
      while (Math.abs(value) > TRUNCATION) {
        value = random.nextGaussian();
      }
      data[i] = (float) (deviation * value);
    }
  }

  /** A quarter of the channels each: sine and cosine of the column, sine and cosine of the row. */
  private static void fillPositions(float[] data, Architecture architecture) {
    int width = architecture.width();
    int quarter = width / 4;
    int grid = architecture.grid(architecture.imageSize());
    for (int patch = 0; patch < grid * grid; patch++) {
      int column = patch % grid;
      int row = patch / grid;
      int start = (architecture.specials() + patch) * width;
      for (int i = 0; i < quarter; i++) {
        double frequency = StrictMath.pow(LONGEST_WAVE, -(double) i / quarter);
        double x = column * frequency;
        double y = row * frequency;
        data[start + i] = (float) StrictMath.sin(x);
        data[start + quarter + i] = (float) StrictMath.cos(x);
        data[start + 2 * quarter + i] = (float) StrictMath.sin(y);
        data[start + 3 * quarter + i] = (float) StrictMath.cos(y);
      }
    }
  }
}
