package io.tokensweep.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a sweep file that knows where it stands. */
sealed interface Value {
  Place place();

  /** What it is, in a word or two for messages. */
  String describe();

  /** The elements of a list; anything else is a list of itself, since a list is an axis. */
  default List<Value> elements() {
    return List.of(this);
  }

  /** This as one value, not a list or map. */
  default Scalar scalar(String allowed) {
    throw place().found(describe(), allowed);
  }

  /** This as true or false. */
  default boolean flag() {
    if (scalar("true or false").content() instanceof Boolean flag) {
      return flag;
    }
    throw place().found(describe(), "true or false");
  }

  /**
   * @param content Boolean, Long, Double, BigInteger or String; empty text for YAML's null
   * @param text as written, environment variables filled in
   */
  record Scalar(Place place, Object content, String text, boolean isNull) implements Value {
    @Override
    public String describe() {
      return isNull ? "nothing" : text.isEmpty() ? "an empty text" : text;
    }

    @Override
    public Scalar scalar(String allowed) {
      if (isNull) {
        throw place.found(describe(), allowed);
      }
      return this;
    }

    /** The text of a value that must not be empty. */
    String word(String allowed) {
      if (isNull || text.isBlank()) {
        throw place.found(describe(), allowed);
      }
      return text;
    }

    int whole(int least, int most) {
      if (content instanceof Long number && number >= least && number <= most) {
        return number.intValue();
      }
      throw place.found(
          describe(),
          most == Integer.MAX_VALUE
              ? "a whole number of at least %d".formatted(least)
              : "a whole number from %d to %d".formatted(least, most));
    }
  }

  /** A list. */
  record Sequence(Place place, List<Value> items) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return items.isEmpty() ? "an empty list" : "a list";
    }

    @Override
    public List<Value> elements() {
      if (items.isEmpty()) {
        throw place.found(describe(), "at least one value");
      }
      return items;
    }
  }

  /**
   * A map in the order of the file.
   *
   * @param keys where each key stands
   */
  record Mapping(Place place, Map<String, Value> entries, Map<String, Place> keys)
      implements Value {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      keys = Map.copyOf(keys);
    }

    @Override
    public String describe() {
      return "a map";
    }
  }
}
