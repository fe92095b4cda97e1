package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.BadImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkException;

/**
 * What a failure means. The table of messages is in the test; the rules in words, with what happens
 * then, are in {@code docs/failures.md}.
 */
enum FailureKind {
  /**
   * Of a machine, a disk or the way between them. The unit is done again, elsewhere if there is an
   * elsewhere, a bounded number of times.
   */
  INFRASTRUCTURE,
  /**
   * What the sweep asks for cannot be: memory that lacks, a checkpoint that does not fit. In a
   * trial, that trial fails with the reason and the others go on; ahead of all trials, the run ends
   * with one line.
   */
  CONFIGURATION,
  /** Of an image: a row of the images table, or the end of the run, as {@code run} was told. */
  DATA,
  /**
   * After it a GPU computes nothing in this process anymore. The executor leaves, and the units of
   * its task are done again as after a failure of infrastructure. Two such executors of a host are
   * what Spark, as it is set by default, keeps that host out for.
   */
  DEVICE,
  /** Of a method, or of this program: in a trial that trial fails, elsewhere the run ends. */
  DEFECT;

  private static final Pattern CUDA =
      Pattern.compile(
          "CUDA error: |CUDNN_STATUS_(EXECUTION_FAILED|INTERNAL_ERROR|MAPPING_ERROR)"
              + "|CUBLAS_STATUS_(EXECUTION_FAILED|INTERNAL_ERROR|MAPPING_ERROR|NOT_INITIALIZED)"
              + "|NVML_ERROR_GPU_IS_LOST|CUDA driver error: ");

  /** Errors of one call, after which others work. */
  private static final Pattern ONE_CALL =
      Pattern.compile(
          "CUDA error: (invalid argument|invalid configuration argument|operation not supported"
              + "|too many resources requested for launch|invalid device function)");

  private static final Pattern MACHINE =
      Pattern.compile(
          "No space left on device|Disk quota exceeded|Read-only file system|Stale file handle"
              + "|Input/output error|Connection reset|Too many open files"
              + "|unable to create (new )?native thread|[Ff]ailed to create a thread");

  /** Exceptions of Spark and of Java that are no trial's fault, by the end of their class name. */
  private static final List<String> OF_MACHINES =
      List.of(
          "StorageException",
          "FetchFailedException",
          "MetadataFetchFailedException",
          "BlockFetchException",
          "TaskKilledException",
          "ExecutorDeadException",
          "RpcTimeoutException",
          "InterruptedException",
          "ClosedChannelException",
          "TimeoutException");

  /** What is behind a failure, the most telling cause first. */
  static FailureKind of(Throwable failure) {
    List<Throwable> causes = causes(failure);
    return causes.stream()
        .filter(TaskFailure.class::isInstance)
        .map(cause -> ((TaskFailure) cause).kind())
        .findFirst()
        .or(() -> ofDevice(causes))
        .or(() -> OutOfMemory.behind(failure).map(memory -> CONFIGURATION))
        .or(() -> first(causes, FailureKind::isBadImage, DATA))
        .or(() -> first(causes, FailureKind::isOfMachine, INFRASTRUCTURE))
        .or(() -> first(causes, InvalidInputException.class::isInstance, CONFIGURATION))
        .orElse(DEFECT);
  }

  private static Optional<FailureKind> ofDevice(List<Throwable> causes) {
    return first(
        causes,
        cause -> {
          String message = message(cause);
          return CUDA.matcher(message).find()
              && !ONE_CALL.matcher(message).find()
              && OutOfMemory.behind(cause).isEmpty();
        },
        DEVICE);
  }

  private static boolean isBadImage(Throwable cause) {
    return cause instanceof BadImageException;
  }

  private static boolean isOfMachine(Throwable cause) {
    return cause instanceof IOException
        || cause instanceof UncheckedIOException
        || cause instanceof InterruptedException
        || cause instanceof UnsatisfiedLinkError
        || OF_MACHINES.stream().anyMatch(cause.getClass().getName()::endsWith)
        || isOfSpark(cause)
        || MACHINE.matcher(message(cause)).find();
  }

  /** Spark gave a job up without an answer from the task: executors were lost, or none is left. */
  private static boolean isOfSpark(Throwable cause) {
    return cause instanceof SparkException && !message(cause).contains("not serializable");
  }

  private static Optional<FailureKind> first(
      List<Throwable> causes, Predicate<Throwable> test, FailureKind kind) {
    return causes.stream().anyMatch(test) ? Optional.of(kind) : Optional.empty();
  }

  private static String message(Throwable cause) {
    return Optional.ofNullable(cause.getMessage()).orElse("");
  }

  private static List<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
  }

  /** Whether the trial that threw it is to blame, and others are worth going on with. */
  boolean isOfTrial() {
    return switch (this) {
      case CONFIGURATION, DEFECT -> true;
      case INFRASTRUCTURE, DATA, DEVICE -> false;
    };
  }

  /** Whether the same unit may succeed elsewhere, or later. */
  boolean isWorthRetrying() {
    return switch (this) {
      case INFRASTRUCTURE, DEVICE -> true;
      case CONFIGURATION, DATA, DEFECT -> false;
    };
  }
}
