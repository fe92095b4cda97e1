package io.tokensweep.cli;

/** What the process returns. */
final class ExitCode {
  static final int DONE = 0;

  /** No trial is within the limits that were asked for. */
  static final int NOT_MET = 1;

  /** Bad usage or input: one line on stderr says what and where. */
  static final int BAD_INPUT = 2;

  /** The sweep finished, and some trials failed or are invalid. */
  static final int FAILED_TRIALS = 3;

  /** Nothing was measured. */
  static final int NOTHING_MEASURED = 4;

  /** A defect of this program. */
  static final int INTERNAL_ERROR = 70;

  private ExitCode() {}
}
