package io.tokensweep.reduction;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Values of all parameters of a method, defaults filled in, in alphabetical order of their names.
 *
 * @param values Boolean, Long, Double or String by parameter name
 */
public record ParameterValues(SortedMap<String, Object> values) implements Serializable {
  public ParameterValues {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  public boolean flag(String name) {
    return (Boolean) get(name);
  }

  public long whole(String name) {
    return (Long) get(name);
  }

  /** Whether a {@link Parameter.PerBlock} is one number for all blocks. */
  public boolean isWhole(String name) {
    return get(name) instanceof Long;
  }

  /** The list of a {@link Parameter.PerBlock} that is no single number. */
  public List<Integer> wholes(String name) {
    return Parameter.PerBlock.list((String) get(name));
  }

  public double real(String name) {
    return (Double) get(name);
  }

  public String choice(String name) {
    return (String) get(name);
  }

  private Object get(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no parameter named " + name);
    }
    return value;
  }
}
