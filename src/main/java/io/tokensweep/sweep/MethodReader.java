package io.tokensweep.sweep;

import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.Methods;
import io.tokensweep.reduction.Parameter;
import io.tokensweep.reduction.ParameterValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads an entry of {@code methods}: a name, or a map with name and parameters. */
final class MethodReader {
  private MethodReader() {}

  static List<MethodSpec> read(Value entry) {
    return entry instanceof Value.Scalar scalar
        ? specs(method(scalar), Map.of(), scalar.place())
        : read(Fields.of(entry, "a map with name and parameters"), "name", List.of("name"));
  }

  /**
   * @param nameKey the key that holds the method's name
   * @param others keys that are no parameters
   */
  static List<MethodSpec> read(Fields fields, String nameKey, List<String> others) {
    List<MethodSpec> specs = new ArrayList<>();
    for (Value name : fields.need(nameKey, "a method").elements()) {
      Method method = method(name);
      List<String> known = new ArrayList<>(others);
      method.parameters().forEach(parameter -> known.add(parameter.name()));
      fields.only(known);
      Map<String, Value> given = new LinkedHashMap<>();
      for (Parameter parameter : method.parameters()) {
        fields.get(parameter.name()).ifPresent(value -> given.put(parameter.name(), value));
      }
      specs.addAll(specs(method, given, name.place()));
    }
    return specs;
  }

  private static List<MethodSpec> specs(Method method, Map<String, Value> given, Place place) {
    return AxisProduct.of(given, place).stream()
        .map(values -> new MethodSpec(method, parameters(method, values), place))
        .toList();
  }

  private static ParameterValues parameters(Method method, Map<String, Value> given) {
    SortedMap<String, Object> values = new TreeMap<>();
    for (Parameter parameter : method.parameters()) {
      values.put(
          parameter.name(),
          given.containsKey(parameter.name())
              ? value(parameter, given.get(parameter.name()))
              : parameter.defaultValue());
    }
    return new ParameterValues(values);
  }

  /** The value as the parameter stores it. */
  static Object value(Parameter parameter, Value given) {
    try {
      return parameter.parse(given.scalar(parameter.allowed()).content());
    } catch (IllegalArgumentException e) {
      throw given.place().found(given.describe(), parameter.allowed());
    }
  }

  private static Method method(Value name) {
    String word = name.scalar("a method").text();
    return Methods.named(word)
        .orElseThrow(
            () ->
                name.place()
                    .unknown("method", word, Methods.all().stream().map(Method::name).toList()));
  }
}
