package io.tokensweep.spark;

import org.apache.spark.SparkException;

/**
 * Machines failed too often to finish. What is committed is kept, and the same command goes on from
 * it. The message is one line.
 */
public final class UnfinishedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnfinishedException(String message) {
    super(message);
  }

  UnfinishedException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Does nothing unless Spark gave a job up for a machine's sake.
   *
   * @throws UnfinishedException if it did
   */
  static void throwIfBehind(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnfinishedException known) {
        throw known;
      }
      if (cause instanceof SparkException && FailureKind.of(cause).isWorthRetrying()) {
        throw new UnfinishedException(
            FailureReason.of(cause) + "; the same command goes on from what is committed", failure);
      }
    }
  }
}
