package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** Calling a method of the registry the way trials do, for tests. */
public final class MethodCalls {
  private MethodCalls() {}

  /** The reductions of a method; parameters that are not given have their defaults. */
  public static SortedMap<Integer, Reduction> sites(
      String name,
      Architecture architecture,
      double keepRate,
      List<Integer> sites,
      Map<String, Object> given) {
    Method method = Methods.named(name).orElseThrow();
    return method.sites(placement(architecture, keepRate, sites), parameters(method, given));
  }

  /** Names and shapes of the weights that a method needs there. */
  public static Map<String, List<Long>> weights(
      String name, Architecture architecture, List<Integer> sites) {
    Method method = Methods.named(name).orElseThrow();
    return method.weights(placement(architecture, 1, sites), parameters(method, Map.of()));
  }

  /** Names and shapes of the trained weights of a method with default parameters. */
  public static Map<String, List<Long>> weights(String name, Architecture architecture) {
    return weights(name, architecture, List.of());
  }

  /** Names and shapes of the trained weights that go with {@link #sites}. */
  public static Map<String, List<Long>> weights(
      String name,
      Architecture architecture,
      double keepRate,
      List<Integer> sites,
      Map<String, Object> given) {
    Method method = Methods.named(name).orElseThrow();
    return method.weights(placement(architecture, keepRate, sites), parameters(method, given));
  }

  private static Placement placement(
      Architecture architecture, double keepRate, List<Integer> sites) {
    return new Placement(
        architecture, architecture.imageSize(), sites, OptionalDouble.of(keepRate));
  }

  private static ParameterValues parameters(Method method, Map<String, Object> given) {
    SortedMap<String, Object> values = new TreeMap<>();
    for (Parameter parameter : method.parameters()) {
      Object value = given.getOrDefault(parameter.name(), parameter.defaultValue());
      values.put(parameter.name(), parameter.parse(value));
    }
    return new ParameterValues(values);
  }

  /** Tokens whose one channel is 100 · image + patch, specials being -1. */
  static Tokens numbered(int batch, int specials, int patches, NDManager manager) {
    float[] values = new float[batch * (specials + patches)];
    for (int image = 0; image < batch; image++) {
      for (int token = 0; token < specials + patches; token++) {
        values[image * (specials + patches) + token] =
            token < specials ? -1 : 100 * image + token - specials;
      }
    }
    NDArray x = manager.create(values, new Shape(batch, specials + patches, 1));
    return Tokens.embedded(x, specials);
  }
}
