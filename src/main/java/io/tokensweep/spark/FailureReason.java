package io.tokensweep.spark;

import java.util.stream.Collectors;
import org.apache.spark.SparkException;

/** Why something failed, in one line. */
final class FailureReason {
  private static final int LONGEST = 500;

  private FailureReason() {}

  /** Spark says what happened in the lines ahead of a stack trace. */
  private static String ofSpark(String message) {
    return message
        .strip()
        .lines()
        .takeWhile(line -> !line.startsWith("\tat "))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }

  static String of(Throwable failure) {
    String message = failure.getMessage();
    String line =
        message == null || message.isBlank()
            ? failure.getClass().getSimpleName()
            : failure instanceof SparkException
                ? ofSpark(message)
                : message.strip().lines().findFirst().orElseThrow();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
