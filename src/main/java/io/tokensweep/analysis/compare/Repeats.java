package io.tokensweep.analysis.compare;

/** What is repeated to know how much a timed metric varies. */
public enum Repeats {
  /** Processes of a run, each of which times the unreduced network too. */
  SESSIONS("sessions"),
  RUNS("runs");

  private final String word;

  Repeats(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
