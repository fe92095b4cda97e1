package io.tokensweep.bench;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.WeightNames;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Weights that nobody trained, for timings without a checkpoint: norms are the identity, everything
 * else is normal around 0 with a variance that keeps activations finite.
 */
final class SyntheticWeights {
  private SyntheticWeights() {}

  /**
   * @param more names and shapes of weights of methods
   */
  static Map<String, HostTensor> of(Architecture architecture, Map<String, List<Long>> more) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>(WeightNames.of(architecture));
    shapes.putAll(more);
    Random random = new Random(0);
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> weights.put(name, tensor(name, shape, random)));
    return weights;
  }

  private static HostTensor tensor(String name, List<Long> shape, Random random) {
    long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
    float[] values =
        new float[Math.toIntExact(Arrays.stream(dimensions).reduce(1, (a, b) -> a * b))];
    boolean scale = dimensions.length == 1 && name.endsWith("weight");
    if (scale || name.endsWith("running_var")) {
      Arrays.fill(values, 1);
    } else if (dimensions.length > 1) {
      double deviation = 1 / Math.sqrt((double) values.length / dimensions[0]);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
    }
    return new HostTensor(dimensions, values);
  }
}
