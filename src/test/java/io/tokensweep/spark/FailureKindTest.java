package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.EngineException;
import io.tokensweep.InvalidInputException;
import io.tokensweep.data.BadImageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** The table of failures: what happened, as the libraries say it, and what that means. */
class FailureKindTest {
  private record Case(FailureKind kind, Throwable failure) {}

  private static Case of(FailureKind kind, Throwable failure) {
    return new Case(kind, failure);
  }

  private static Throwable engine(String message) {
    return new EngineException(message);
  }

  private static Throwable disk(String message) {
    return new UncheckedIOException(new IOException(message));
  }

  private static List<Case> table() {
    return List.of(
        // machines, disks, network
        of(FailureKind.INFRASTRUCTURE, disk("No space left on device")),
        of(FailureKind.INFRASTRUCTURE, disk("Read-only file system")),
        of(FailureKind.INFRASTRUCTURE, new FileSystemException("/r/x", null, "Stale file handle")),
        of(FailureKind.INFRASTRUCTURE, new RuntimeException("No space left on device")),
        of(
            FailureKind.INFRASTRUCTURE,
            new InvalidInputException(
                "w.safetensors cannot be read: gone", new FileNotFoundException("gone"))),
        of(
            FailureKind.INFRASTRUCTURE,
            new SparkException(
                "Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent"
                    + " failure: Lost task 0.3 in stage 3.0 (TID 9) (10.0.0.3 executor 2):"
                    + " ExecutorLostFailure (executor 2 exited caused by one of the running tasks)"
                    + " Reason: Command exited with code 137")),
        of(
            FailureKind.INFRASTRUCTURE,
            new SparkException(
                "Job aborted due to stage failure: Aborting TaskSet 5.0 because task 0 (partition"
                    + " 0) cannot run anywhere due to node and executor excludeOnFailure.")),
        of(FailureKind.INFRASTRUCTURE, new InterruptedException()),
        of(FailureKind.INFRASTRUCTURE, new UnsatisfiedLinkError("libtorch.so: cannot open")),
        of(FailureKind.INFRASTRUCTURE, new OutOfMemoryError("unable to create native thread")),
        // what the sweep asks for
        of(FailureKind.CONFIGURATION, new OutOfMemoryError("Java heap space")),
        of(
            FailureKind.CONFIGURATION,
            engine(
                "[enforce fail at alloc_cpu.cpp:116] . DefaultCPUAllocator: can't allocate memory:"
                    + " you tried to allocate 1073741824 bytes.")),
        of(
            FailureKind.CONFIGURATION,
            engine("CUDA out of memory. Tried to allocate 12.30 GiB. GPU 0 has a total capacity")),
        of(FailureKind.CONFIGURATION, engine("CUDA error: out of memory")),
        of(FailureKind.CONFIGURATION, engine("CUDA error: CUBLAS_STATUS_ALLOC_FAILED")),
        of(FailureKind.CONFIGURATION, new InvalidInputException("tensor blocks.0 is missing")),
        // images
        of(
            FailureKind.DATA,
            new InvalidInputException("image a.jpg", new BadImageException("ends early"))),
        of(
            FailureKind.DATA,
            new InvalidInputException(
                "image a.jpg", new BadImageException("ends early", new IOException("EOF")))),
        // a GPU that is lost to this process
        of(FailureKind.DEVICE, engine("CUDA error: an illegal memory access was encountered")),
        of(FailureKind.DEVICE, engine("CUDA error: device-side assert triggered")),
        of(FailureKind.DEVICE, engine("CUDA error: unspecified launch failure")),
        of(FailureKind.DEVICE, engine("CUDA error: uncorrectable ECC error encountered")),
        of(FailureKind.DEVICE, engine("CUDA error: misaligned address")),
        of(FailureKind.DEVICE, engine("CUDA error: the launch timed out and was terminated")),
        of(FailureKind.DEVICE, engine("CUDA error: no kernel image is available for execution")),
        of(FailureKind.DEVICE, engine("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED")),
        of(FailureKind.DEVICE, engine("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling")),
        of(
            FailureKind.DEVICE,
            new IllegalStateException(
                "a unit failed", engine("CUDA error: an illegal memory access was encountered"))),
        // one call that a method should not have made
        of(FailureKind.DEFECT, engine("CUDA error: invalid configuration argument")),
        of(FailureKind.DEFECT, engine("The size of tensor a (4) must match the size of tensor b")),
        of(FailureKind.DEFECT, new NullPointerException()),
        of(FailureKind.DEFECT, new SparkException("Task not serializable")));
  }

  @Test
  void eachFailureHasItsKind() {
    table()
        .forEach(row -> assertEquals(row.kind, FailureKind.of(row.failure), row.failure::toString));
  }

  @Test
  void theDriverKnowsWhatTheExecutorKnew() {
    table()
        .forEach(
            row -> {
              TaskFailure sent = TaskFailure.of(row.failure);
              Throwable arrived = new SparkException("Job aborted due to stage failure", sent);
              assertEquals(row.kind, FailureKind.of(arrived), row.failure::toString);
            });
  }
}
