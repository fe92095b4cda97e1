package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.checkpoint.WeightNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Small networks and images with seeded random values, for tests. */
public final class RandomNetworks {
  private RandomNetworks() {}

  /** 4 x 4 patches, six blocks, five classes. */
  public static Architecture small(boolean distilled) {
    return small(distilled ? Design.DISTILLED : Design.VIT);
  }

  /** As {@link #small(boolean)} of any design. */
  public static Architecture small(Design design) {
    return new Architecture("vit_custom", 32, 8, 24, 6, 3, 48, 5, design);
  }

  /** The published design with a head. */
  public static Design designWith(Design.Head head) {
    return switch (head) {
      case CLASS -> Design.VIT;
      case DISTILLED -> Design.DISTILLED;
      case DENSE -> Design.LV_VIT;
    };
  }

  /** Weights large enough for peaked attention and logits that differ between images. */
  public static Map<String, HostTensor> weights(Architecture architecture, long seed) {
    Random random = new Random(seed);
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    WeightNames.of(architecture)
        .forEach((name, shape) -> weights.put(name, tensor(name, shape, random)));
    return weights;
  }

  /** As {@link #weights(Architecture, long)}, with further weights by name and shape. */
  public static Map<String, HostTensor> weights(
      Architecture architecture, Map<String, List<Long>> additional, long seed) {
    Random random = new Random(seed + 1);
    Map<String, HostTensor> weights = new LinkedHashMap<>(weights(architecture, seed));
    additional.forEach((name, shape) -> weights.put(name, tensor(name, shape, random)));
    return weights;
  }

  /** A weight of that name: near 1 for scales of norms and variances, else around 0. */
  public static HostTensor tensor(String name, List<Long> shape, Random random) {
    long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
    long elements = shape.stream().reduce(1L, (a, b) -> a * b);
    float[] data = new float[Math.toIntExact(elements)];
    boolean normWeight = shape.size() == 1 && name.endsWith("weight");
    boolean variance = name.endsWith("running_var");
    double inputs = (double) elements / dimensions[0];
    double scale = shape.size() == 1 ? 0.1 : 1.5 / Math.sqrt(inputs);
    boolean token = name.endsWith("token") || name.equals("pos_embed");
    for (int i = 0; i < data.length; i++) {
      data[i] =
          (float)
              ((normWeight || variance ? 1 : 0) + random.nextGaussian() * (token ? 0.5 : scale));
      data[i] = variance ? 0.5f + Math.abs(data[i] - 1) : data[i];
    }
    return new HostTensor(dimensions, data);
  }

  /** The network of {@link #weights} at the resolution it belongs to. */
  public static VisionTransformer network(Architecture architecture, long seed, NDManager manager) {
    return network(architecture, weights(architecture, seed), manager);
  }

  /**
   * As {@link #network(Architecture, long, NDManager)} with trained weights of methods.
   *
   * @param more their shapes by name
   */
  public static VisionTransformer network(
      Architecture architecture, long seed, Map<String, List<Long>> more, NDManager manager) {
    return network(architecture, weights(architecture, new TreeMap<>(more), seed), manager);
  }

  /** The network of given weights at the resolution it belongs to. */
  public static VisionTransformer network(
      Architecture architecture, Map<String, HostTensor> weights, NDManager manager) {
    return VisionTransformer.load(
        architecture, architecture.imageSize(), PositionInterpolation.DEIT, weights, manager);
  }

  /** Standard-normal pixels, (count, 3, R, R). */
  public static NDArray images(Architecture architecture, int count, long seed, NDManager manager) {
    int side = architecture.imageSize();
    return gaussian(new Shape(count, 3, side, side), seed, manager);
  }

  /** Standard-normal values. */
  public static NDArray gaussian(Shape shape, long seed, NDManager manager) {
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, shape);
  }

  /** What a reduction sees of an attention with this class row, (B, N). */
  public static AttentionView classRow(NDArray row) {
    return view(Map.of(Need.CLASS_ROW, row));
  }

  /** What a reduction sees of an attention with these parts. */
  public static AttentionView view(Map<Need, NDArray> arrays) {
    return new AttentionView(arrays);
  }
}
