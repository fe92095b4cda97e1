package io.tokensweep.train;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.WeightNames;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Weights before the first step, as DeiT starts, from a generator that no engine has a part in. */
final class Initialisation {
  private static final double STANDARD_DEVIATION = 0.02;
  private static final double TRUNCATION = 2;

  private Initialisation() {}

  /** Truncated normal matrices and embeddings; norms are the identity and biases zero. */
  static Map<String, HostTensor> of(Architecture architecture, long seed) {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    WeightNames.of(architecture)
        .forEach(
            (name, dimensions) -> {
              long[] shape = dimensions.stream().mapToLong(Long::longValue).toArray();
              int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
              float[] data = new float[size];
              if (shape.length > 1) {
                fillNormal(data, Randomness.of(seed, "initialisation", weights.size()));
              } else if (name.endsWith(".weight")) {
                Arrays.fill(data, 1);
              }
              weights.put(name, new HostTensor(shape, data));
            });
    return weights;
  }

  private static void fillNormal(float[] data, Random random) {
    for (int i = 0; i < data.length; i++) {
      double value = random.nextGaussian();
      while (Math.abs(value) > TRUNCATION) {
        value = random.nextGaussian();
      }
      data[i] = (float) (STANDARD_DEVIATION * value);
    }
  }
}
