package io.tokensweep.analysis.compare;

/** What a comparison of one metric of one trial comes to. */
public enum Verdict {
  /** Equal to the last bit. */
  IDENTICAL("identical"),
  BETTER("better"),
  WORSE("worse"),
  /** Surely different, where neither way is better. */
  CHANGED("changed"),
  /** Any difference is smaller than what counts as the same, and that is sure. */
  SAME("same"),
  UNDECIDED("undecided");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
