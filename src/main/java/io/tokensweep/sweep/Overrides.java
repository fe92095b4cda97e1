package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code --set key=value}: changes to a sweep file from the command line. */
final class Overrides {
  private Overrides() {}

  /**
   * Replaces or adds values at dotted paths. A key that no sweep file has is refused later, with
   * every other unknown key.
   */
  static Value apply(Value document, List<String> options, Environment environment) {
    Value result = document;
    for (String option : options) {
      int equals = option.indexOf('=');
      if (equals < 1) {
        throw new InvalidInputException(
            "--set %s: found no key=value, allowed: key=value such as data.path=DIR"
                .formatted(option));
      }
      String key = option.substring(0, equals).strip();
      Place place = Place.ofOption("--set " + key, key);
      Value value =
          YamlText.parse(option.substring(equals + 1), place, environment)
              .orElse(new Value.Scalar(place, "", "", true));
      result = put(result, List.of(key.split("\\.", -1)), value);
    }
    return result;
  }

  private static Value put(Value target, List<String> path, Value value) {
    if (path.isEmpty()) {
      return value;
    }
    String step = path.get(0);
    List<String> rest = path.subList(1, path.size());
    if (target instanceof Value.Mapping map) {
      return putKey(map, step, rest, value);
    }
    if (target instanceof Value.Sequence list) {
      return putIndex(list, step, rest, value);
    }
    throw value
        .place()
        .problem(
            "%s is %s and has no %s inside, allowed: keys of maps and indices of lists"
                .formatted(target.place().key(), target.describe(), step));
  }

  private static Value putKey(Value.Mapping map, String key, List<String> rest, Value value) {
    Map<String, Value> entries = new LinkedHashMap<>(map.entries());
    Map<String, Place> keys = new LinkedHashMap<>(map.keys());
    Value before = entries.getOrDefault(key, new Value.Mapping(value.place(), Map.of(), Map.of()));
    boolean isNothing = before instanceof Value.Scalar scalar && scalar.isNull();
    entries.put(
        key,
        put(
            isNothing ? new Value.Mapping(value.place(), Map.of(), Map.of()) : before,
            rest,
            value));
    keys.putIfAbsent(key, value.place());
    return new Value.Mapping(map.place(), entries, keys);
  }

  private static Value putIndex(Value.Sequence list, String step, List<String> rest, Value value) {
    int size = list.items().size();
    if (!step.matches("[0-9]{1,6}") || Integer.parseInt(step) >= size) {
      throw value
          .place()
          .found(
              step,
              size == 0
                  ? "nothing, the list is empty"
                  : "an index from 0 to %d of the list %s".formatted(size - 1, list.place().key()));
    }
    List<Value> items = new ArrayList<>(list.items());
    int index = Integer.parseInt(step);
    items.set(index, put(items.get(index), rest, value));
    return new Value.Sequence(list.place(), items);
  }
}
