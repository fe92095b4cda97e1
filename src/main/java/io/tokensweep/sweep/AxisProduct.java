package io.tokensweep.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every combination of the values of a map whose values may be lists. */
final class AxisProduct {
  private static final int MOST = 1_000_000;

  private AxisProduct() {}

  /** The last key varies fastest. */
  static List<Map<String, Value>> of(Map<String, Value> axes, Place place) {
    List<Map<String, Value>> combinations = List.of(Map.of());
    for (Map.Entry<String, Value> axis : axes.entrySet()) {
      List<Value> elements = axis.getValue().elements();
      if ((long) combinations.size() * elements.size() > MOST) {
        throw place.found(
            "more than %d combinations".formatted(MOST), "at most %d".formatted(MOST));
      }
      List<Map<String, Value>> longer = new ArrayList<>();
      for (Map<String, Value> combination : combinations) {
        for (Value element : elements) {
          Map<String, Value> extended = new LinkedHashMap<>(combination);
          extended.put(axis.getKey(), element);
          longer.add(extended);
        }
      }
      combinations = longer;
    }
    return combinations;
  }
}
