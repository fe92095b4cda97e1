package io.tokensweep.eval.conformance;

import io.tokensweep.model.Architecture;
import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.Methods;
import io.tokensweep.reduction.Parameter;
import io.tokensweep.reduction.ParameterValues;
import io.tokensweep.reduction.Placement;
import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** Methods of the registry with the parameters of a case. */
final class CaseMethod {
  private CaseMethod() {}

  /**
   * What a method does in the network of a case.
   *
   * @param sites blocks, ascending
   * @param given parameters; those that are not given have their defaults
   */
  static SortedMap<Integer, Reduction> sites(
      GoldenCase golden,
      String name,
      List<Integer> sites,
      OptionalDouble keepRate,
      Map<String, Object> given) {
    Architecture architecture = NetworkCase.architecture(golden);
    if (sites.stream().anyMatch(site -> site < 0 || site >= architecture.depth())) {
      throw golden.unusable("/config", "sites among the %d blocks".formatted(architecture.depth()));
    }
    Method method = Methods.named(name).orElseThrow();
    SortedMap<String, Object> values = new TreeMap<>();
    for (Parameter parameter : method.parameters()) {
      values.put(parameter.name(), given.getOrDefault(parameter.name(), parameter.defaultValue()));
    }
    return method.sites(
        new Placement(architecture, golden.whole("/config/img_size"), sites, keepRate),
        new ParameterValues(values));
  }
}
