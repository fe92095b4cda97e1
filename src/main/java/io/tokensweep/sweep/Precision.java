package io.tokensweep.sweep;

import java.util.Arrays;
import java.util.List;

/** Number format of weights and activations; what is chosen by comparing is compared in fp32. */
public enum Precision {
  FP32,
  /** Eight bits of mantissa, the exponents of fp32. */
  BF16,
  /** Eleven bits of mantissa, numbers up to 65504. */
  FP16;

  /** As written in sweep files and tables. */
  public String key() {
    return switch (this) {
      case FP32 -> "fp32";
      case BF16 -> "bf16";
      case FP16 -> "fp16";
    };
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Precision::key).toList();
  }
}
