package io.tokensweep.reduction;

/** The counting rules of the papers, in double arithmetic like their Python. */
final class KeepCounts {
  private KeepCounts() {}

  /** ceil(η · N) of the current count, at least 1 (EViT; methods.md writes K). */
  static int ceil(double keepRate, int patches) {
    return Math.max(1, (int) Math.ceil(keepRate * patches));
  }
}
