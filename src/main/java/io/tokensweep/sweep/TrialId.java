package io.tokensweep.sweep;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * Name of a trial: the first 16 hexadecimal digits of SHA-256 over its canonical JSON.
 *
 * @param value 16 lower-case hexadecimal digits
 */
public record TrialId(String value) implements Comparable<TrialId>, Serializable {
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16}");

  public TrialId {
    if (!DIGITS.matcher(value).matches()) {
      throw new IllegalArgumentException("no trial id: " + value);
    }
  }

  @Override
  public int compareTo(TrialId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
