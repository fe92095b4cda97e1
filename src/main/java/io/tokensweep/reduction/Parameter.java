package io.tokensweep.reduction;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /**
   * A whole number for all blocks, or a text of whole numbers for blocks 0, 1, … separated by
   * commas, such as "8,8,4"; the blocks behind the last one have 0. A list of the sweep file would
   * be an axis.
   */
  record PerBlock(String name, long ifAbsent, long most, String meaning) implements Parameter {
    @Override
    public Object defaultValue() {
      return ifAbsent;
    }

    @Override
    public String allowed() {
      return "a whole number from 0 to %d, or a text of such numbers for each block like \"8,8,4\""
          .formatted(most);
    }

    @Override
    public Object parse(Object given) {
      if (given instanceof String text) {
        return text(text);
      }
      return new Whole(name, ifAbsent, 0, most, meaning).parse(given);
    }

    private String text(String text) {
      try {
        List<Integer> numbers = list(text);
        if (numbers.stream().allMatch(number -> number >= 0 && number <= most)) {
          return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(allowed(), e);
      }
      throw new IllegalArgumentException(allowed());
    }

    static List<Integer> list(String text) {
      return Stream.of(text.split(",", -1)).map(String::strip).map(Integer::valueOf).toList();
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
