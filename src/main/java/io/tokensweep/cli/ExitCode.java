package io.tokensweep.cli;

/** What the process returns. */
final class ExitCode {
  static final int DONE = 0;

  /** Something got worse. */
  static final int REGRESSION = 1;

  /** No trial is within the limits that were asked for. */
  static final int NOT_MET = 1;

  /** Bad usage or input: one line on stderr says what and where. */
  static final int BAD_INPUT = 2;

  /** The sweep finished, and some trials failed or are invalid. */
  static final int FAILED_TRIALS = 3;

  /** Nothing was measured. */
  static final int NOTHING_MEASURED = 4;

  /** Machines failed too often; the same command goes on from what is committed. */
  static final int UNFINISHED = 5;

  /** A defect of this program. */
  static final int INTERNAL_ERROR = 70;

  private ExitCode() {}

  /** Whether the same command, given again, may end differently. */
  static boolean isWorthAnotherTry(int code) {
    return code == UNFINISHED || code == INTERNAL_ERROR;
  }
}
