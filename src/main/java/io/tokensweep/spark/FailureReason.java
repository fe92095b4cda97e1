package io.tokensweep.spark;

/** Why something failed, in one line. */
final class FailureReason {
  private static final int LONGEST = 500;

  private FailureReason() {}

  static String of(Throwable failure) {
    String message = failure.getMessage();
    String line =
        message == null || message.isBlank()
            ? failure.getClass().getSimpleName()
            : message.strip().lines().findFirst().orElseThrow();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
