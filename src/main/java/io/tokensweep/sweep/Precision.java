package io.tokensweep.sweep;

import java.util.Arrays;
import java.util.List;

/** Number format of weights and activations. */
public enum Precision {
  FP32;

  /** As written in sweep files and tables. */
  public String key() {
    return switch (this) {
      case FP32 -> "fp32";
    };
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Precision::key).toList();
  }
}
