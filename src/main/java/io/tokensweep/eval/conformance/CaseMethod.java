package io.tokensweep.eval.conformance;

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
    return sites(
        golden,
        name,
        new Placement(
            NetworkCase.architecture(golden), golden.whole("/config/img_size"), sites, keepRate),
        given);
  }

  /** What a method does in the network of a case where {@code placement} puts it. */
  static SortedMap<Integer, Reduction> sites(
      GoldenCase golden, String name, Placement placement, Map<String, Object> given) {
    int depth = placement.architecture().depth();
    if (placement.sites().stream().anyMatch(site -> site < 0 || site >= depth)) {
      throw golden.unusable("/config", "sites among the %d blocks".formatted(depth));
    }
    Method method = Methods.named(name).orElseThrow();
    SortedMap<String, Object> values = new TreeMap<>();
    for (Parameter parameter : method.parameters()) {
      values.put(parameter.name(), given.getOrDefault(parameter.name(), parameter.defaultValue()));
    }
    return method.sites(placement, new ParameterValues(values));
  }
}
