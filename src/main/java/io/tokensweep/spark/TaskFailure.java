package io.tokensweep.spark;

/**
 * Why a task ended, as its driver learns it: classified where it happened, in one line. It carries
 * no cause, whose class the driver might not have.
 */
final class TaskFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final FailureKind kind;

  private TaskFailure(FailureKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** As another process classified it. */
  static TaskFailure told(FailureKind kind, String message) {
    return new TaskFailure(kind, message);
  }

  static TaskFailure of(Throwable failure) {
    if (failure instanceof TaskFailure known) {
      return known;
    }
    TaskFailure known = new TaskFailure(FailureKind.of(failure), FailureReason.of(failure));
    known.setStackTrace(failure.getStackTrace());
    return known;
  }

  FailureKind kind() {
    return kind;
  }
}
