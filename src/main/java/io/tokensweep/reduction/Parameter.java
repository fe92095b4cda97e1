package io.tokensweep.reduction;

import java.util.List;

/** One typed parameter of a method: name, default, bounds, and what it means. */
public sealed interface Parameter {
  String name();

  /** One sentence for the documentation. */
  String meaning();

  /** The value where the sweep file gives none. */
  Object defaultValue();

  /** Allowed values in words, for error messages. */
  String allowed();

  /** The value as this parameter stores it, or an {@link IllegalArgumentException}. */
  Object parse(Object given);

  /** true or false. */
  record Flag(String name, boolean ifAbsent, String meaning) implements Parameter {
    @Override
    public Object defaultValue() {
      return ifAbsent;
    }

    @Override
    public String allowed() {
      return "true or false";
    }

    @Override
    public Object parse(Object given) {
      if (given instanceof Boolean value) {
        return value;
      }
      throw new IllegalArgumentException(allowed());
    }
  }

  /** A whole number within bounds, both allowed. */
  record Whole(String name, long ifAbsent, long least, long most, String meaning)
      implements Parameter {
    @Override
    public Object defaultValue() {
      return ifAbsent;
    }

    @Override
    public String allowed() {
      return "a whole number from %d to %d".formatted(least, most);
    }

    @Override
    public Object parse(Object given) {
      if (given instanceof Integer || given instanceof Long) {
        long value = ((Number) given).longValue();
        if (value >= least && value <= most) {
          return value;
        }
      }
      throw new IllegalArgumentException(allowed());
    }
  }

  /** A number within bounds, both allowed. */
  record Real(String name, double ifAbsent, double least, double most, String meaning)
      implements Parameter {
    @Override
    public Object defaultValue() {
      return ifAbsent;
    }

    @Override
    public String allowed() {
      return "a number from %s to %s".formatted(least, most);
    }

    @Override
    public Object parse(Object given) {
      if (given instanceof Number number) {
        double value = number.doubleValue();
        if (value >= least && value <= most) {
          return value;
        }
      }
      throw new IllegalArgumentException(allowed());
    }
  }

  /** One of several words. */
  record Choice(String name, String ifAbsent, List<String> options, String meaning)
      implements Parameter {
    @Override
    public Object defaultValue() {
      return ifAbsent;
    }

    @Override
    public String allowed() {
      return "one of " + String.join(", ", options);
    }

    @Override
    public Object parse(Object given) {
      if (given instanceof String word && options.contains(word)) {
        return word;
      }
      throw new IllegalArgumentException(allowed());
    }
  }
}
