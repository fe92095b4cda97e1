package io.tokensweep.eval.conformance;

/** How far our fp32 numbers may be from the recorded ones. */
final class Tolerance {
  /** The table of a case with the noise of each tensor. */
  static final String RECORDED = "fp32_vs_fp64_max_abs_diff";

  /** The official code in fp32 is itself this much off fp64; ours adds in another order. */
  private static final double FACTOR = 10;

  /**
   * Where no figure is recorded: the noise of the recorded tensors is 0.2 to 2 millionths of their
   * largest value.
   */
  private static final double TYPICAL_NOISE = 1e-6;

  private Tolerance() {}

  /**
   * @param expected the recorded values, whose size gives the noise where none is recorded
   */
  static double of(GoldenCase golden, String tensor, double[] expected) {
    return FACTOR
        * golden.perTensor(RECORDED, tensor).orElseGet(() -> TYPICAL_NOISE * largest(expected));
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
