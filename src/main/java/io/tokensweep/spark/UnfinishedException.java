package io.tokensweep.spark;

import org.apache.spark.SparkContext;
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
   * Does nothing while Spark works. On a cluster it ends by itself where the master cannot be
   * reached or ended the application.
   *
   * @throws UnfinishedException if it has ended
   */
  static void throwIfEnded(SparkContext spark, Exception failure) {
    if (spark.isStopped() && !spark.isLocal() && !(failure instanceof UnfinishedException)) {
      throw new UnfinishedException(
          "%s ended the application, or could not be reached: %s; the same command goes on from what is committed"
              .formatted(spark.master(), FailureReason.of(failure)),
          failure);
    }
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
