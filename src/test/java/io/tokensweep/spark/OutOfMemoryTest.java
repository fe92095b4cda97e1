package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.spark.OutOfMemory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures for lack of memory are told from others, whatever wraps them. */
class OutOfMemoryTest {
  private static Arguments engine(String message, Memory memory, OptionalLong bytes) {
    return Arguments.of(new IllegalStateException(message), memory, bytes);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        engine(
            "[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate"
                + " memory: you tried to allocate 116813856768 bytes. Error code 12 (Cannot"
                + " allocate memory)\nframe #0: more",
            Memory.HOST,
            OptionalLong.of(116813856768L)),
        engine(
            "DefaultCPUAllocator: not enough memory: you tried to allocate 400 bytes.",
            Memory.HOST,
            OptionalLong.of(400)),
        engine("std::bad_alloc", Memory.HOST, OptionalLong.empty()),
        engine(
            "CUDA out of memory. Tried to allocate 12.50 GiB. GPU 0 has a total capacity of 10 GiB"
                + " of which 9.00 MiB is free.",
            Memory.DEVICE,
            OptionalLong.of(25L << 29)),
        engine(
            "The following operation failed in the TorchScript interpreter.\nTraceback:\n"
                + "RuntimeError: CUDA out of memory. Tried to allocate 512 bytes",
            Memory.DEVICE,
            OptionalLong.of(512)),
        engine(
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
            Memory.DEVICE,
            OptionalLong.empty()),
        engine("CUDA error: out of memory\nCUDA kernel", Memory.DEVICE, OptionalLong.empty()),
        Arguments.of(new OutOfMemoryError("Java heap space"), Memory.HEAP, OptionalLong.empty()),
        Arguments.of(
            new OutOfMemoryError(
                "Cannot reserve 8192 bytes of direct buffer memory (allocated: 1, limit: 2)"),
            Memory.DIRECT,
            OptionalLong.of(8192)),
        Arguments.of(
            new OutOfMemoryError("Direct buffer memory"), Memory.DIRECT, OptionalLong.empty()));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void lackOfMemoryIsKnown(Throwable failure, Memory memory, OptionalLong bytes) {
    Optional<OutOfMemory> expected = Optional.of(new OutOfMemory(memory, bytes));
    assertEquals(expected, OutOfMemory.behind(failure));
    assertEquals(
        expected,
        OutOfMemory.behind(new IllegalStateException(null, new RuntimeException("x", failure))));
  }

  @Test
  void otherFailuresAreNot() {
    for (Throwable other :
        List.of(
            new IllegalStateException("shapes do not fit: 256 and 64"),
            new IllegalStateException(),
            new OutOfMemoryError("unable to create native thread: possibly out of memory"))) {
      assertEquals(Optional.empty(), OutOfMemory.behind(other));
    }
  }

  /** What is tried, and what is said of it, if {@code most} images fit. */
  private static String reason(int batchSize, int most, List<Integer> tried) {
    return BatchFit.reason(
        new OutOfMemoryError("Java heap space"),
        batchSize,
        size -> {
          tried.add(size);
          if (size > most) {
            throw new IllegalStateException("CUDA out of memory. Tried to allocate 1.00 GiB");
          }
        });
  }

  @Test
  void halvesAreTriedUntilOneFits() {
    List<Integer> tried = new ArrayList<>();
    assertEquals(
        "out of Java heap at batch size 100; batch size 12 fits, 25 does not",
        reason(100, 20, tried));
    assertEquals(List.of(50, 25, 12), tried);
  }

  @Test
  void itMayBeThatNotOneFits() {
    assertEquals(
        "out of Java heap at batch size 4; batch size 1 does not fit either",
        reason(4, 0, new ArrayList<>()));
    List<Integer> tried = new ArrayList<>();
    assertEquals(
        "out of Java heap at batch size 1; batch size 1 does not fit either", reason(1, 0, tried));
    assertEquals(List.of(), tried);
  }

  @Test
  void anotherFailureEndsTheSearch() {
    List<Integer> tried = new ArrayList<>();
    String reason =
        BatchFit.reason(
            new IllegalStateException(
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 13207024435"
                    + " bytes."),
            256,
            size -> {
              tried.add(size);
              throw new IllegalArgumentException("no such thing");
            });
    assertEquals(
        "out of memory at batch size 256 (tried to allocate 12.3 GiB); batch size 128 fails for"
            + " another reason: no such thing",
        reason);
    assertEquals(List.of(128), tried);
  }

  @Test
  void whatHasNothingToDoWithMemoryIsNotTriedAgain() {
    List<Integer> tried = new ArrayList<>();
    assertEquals(
        "no such thing",
        BatchFit.reason(new IllegalArgumentException("no such thing"), 256, tried::add));
    assertEquals(List.of(), tried);
  }
}
