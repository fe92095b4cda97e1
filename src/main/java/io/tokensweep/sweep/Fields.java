package io.tokensweep.sweep;

import java.util.Collection;
import java.util.Optional;

/** The entries of a map whose keys have been checked. A key without a value counts as absent. */
final class Fields {
  private final Value.Mapping map;

  private Fields(Value.Mapping map) {
    this.map = map;
  }

  /** A map with any keys. */
  static Fields of(Value value, String allowed) {
    if (value instanceof Value.Mapping map) {
      return new Fields(map);
    }
    throw value.place().found(value.describe(), allowed);
  }

  /** Refuses a key that is none of {@code known}. */
  Fields only(Collection<String> known) {
    for (String key : map.entries().keySet()) {
      if (!known.contains(key)) {
        throw map.keys().get(key).unknown("key", key, known);
      }
    }
    return this;
  }

  Place place() {
    return map.place();
  }

  Place placeOf(String key) {
    return map.keys().get(key);
  }

  Collection<String> keys() {
    return map.entries().keySet().stream().filter(key -> get(key).isPresent()).toList();
  }

  Optional<Value> get(String key) {
    return Optional.ofNullable(map.entries().get(key))
        .filter(value -> !(value instanceof Value.Scalar scalar && scalar.isNull()));
  }

  Value need(String key, String allowed) {
    return get(key)
        .orElseThrow(() -> place().problem("%s is missing, allowed: %s".formatted(key, allowed)));
  }
}
