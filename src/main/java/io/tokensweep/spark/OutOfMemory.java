package io.tokensweep.spark;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory that could not be had.
 *
 * @param requested bytes of the allocation that failed, where the failure says so
 */
record OutOfMemory(Memory memory, OptionalLong requested) {

  /** What was too small. */
  enum Memory {
    /** What the engine takes from the operating system. */
    HOST("memory"),
    /** That of the GPU. */
    DEVICE("GPU memory"),
    /** Java's, as {@code -Xmx} allows. */
    HEAP("Java heap"),
    /** Buffers of Java outside its heap, as {@code -XX:MaxDirectMemorySize} allows. */
    DIRECT("direct buffers of Java");

    private final String words;

    Memory(String words) {
      this.words = words;
    }
  }

  private static final Pattern HOST_BYTES =
      Pattern.compile("you tried to allocate ([0-9]{1,18}) bytes");
  private static final Pattern HOST = Pattern.compile("DefaultCPUAllocator: |std::bad_alloc");
  private static final Pattern DEVICE =
      Pattern.compile(
          "CUDA out of memory|CUDA error: out of memory|(CUBLAS|CUDNN|CUSOLVER)_STATUS_ALLOC_FAILED");
  private static final Pattern DEVICE_SIZE =
      Pattern.compile("Tried to allocate ([0-9]{1,9}(?:\\.[0-9]{1,9})?) (bytes|KiB|MiB|GiB)");
  private static final Pattern DIRECT =
      Pattern.compile("Cannot reserve ([0-9]{1,18}) bytes of direct buffer memory|Direct buffer");
  private static final Pattern HEAP =
      Pattern.compile("Java heap space|GC overhead limit exceeded|Requested array size exceeds");

  /** The lack of memory behind a failure, if that is what is behind it. */
  static Optional<OutOfMemory> behind(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = Optional.ofNullable(cause.getMessage()).orElse("");
      Optional<OutOfMemory> found =
          cause instanceof OutOfMemoryError ? ofJava(message) : ofEngine(message);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Java has one error for all; that it may start no more threads has nothing to do with data. */
  private static Optional<OutOfMemory> ofJava(String message) {
    Matcher direct = DIRECT.matcher(message);
    if (direct.find()) {
      OptionalLong bytes =
          direct.group(1) == null
              ? OptionalLong.empty()
              : OptionalLong.of(Long.parseLong(direct.group(1)));
      return Optional.of(new OutOfMemory(Memory.DIRECT, bytes));
    }
    return HEAP.matcher(message).find()
        ? Optional.of(new OutOfMemory(Memory.HEAP, OptionalLong.empty()))
        : Optional.empty();
  }

  /** The engine has an exception for all; only its message tells what happened. */
  private static Optional<OutOfMemory> ofEngine(String message) {
    if (DEVICE.matcher(message).find()) {
      return Optional.of(new OutOfMemory(Memory.DEVICE, deviceBytes(message)));
    }
    if (HOST.matcher(message).find()) {
      Matcher bytes = HOST_BYTES.matcher(message);
      return Optional.of(
          new OutOfMemory(
              Memory.HOST,
              bytes.find()
                  ? OptionalLong.of(Long.parseLong(bytes.group(1)))
                  : OptionalLong.empty()));
    }
    return Optional.empty();
  }

  private static OptionalLong deviceBytes(String message) {
    Matcher size = DEVICE_SIZE.matcher(message);
    if (!size.find()) {
      return OptionalLong.empty();
    }
    double unit =
        switch (size.group(2)) {
          case "KiB" -> 0x1p10;
          case "MiB" -> 0x1p20;
          case "GiB" -> 0x1p30;
          default -> 1;
        };
    return OptionalLong.of(Math.round(Double.parseDouble(size.group(1)) * unit));
  }

  /** Such as {@code out of memory at batch size 256 (tried to allocate 12.3 GiB)}. */
  String at(int batchSize) {
    String tried =
        requested.isPresent()
            ? " (tried to allocate %s)".formatted(amount(requested.getAsLong()))
            : "";
    return "out of %s at batch size %d%s".formatted(memory.words, batchSize, tried);
  }

  private static String amount(long bytes) {
    if (bytes >= 1 << 30) {
      return String.format(Locale.ROOT, "%.1f GiB", bytes / 0x1p30);
    }
    return bytes >= 1 << 20
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20)
        : "%d bytes".formatted(bytes);
  }
}
