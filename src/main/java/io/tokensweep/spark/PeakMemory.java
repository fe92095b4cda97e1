package io.tokensweep.spark;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far the memory of this process, or that in use on its GPU, grows while something runs. Memory
 * that the allocators keep in stock is given back before, so that it counts again when it is used.
 */
final class PeakMemory {
  private static final Path PROCESS = Path.of("/proc/self");

  private PeakMemory() {}

  /** The C library; memory in stock is the allocator's of glibc. */
  private interface StandardLibrary extends Library {
    @SuppressWarnings("checkstyle:MethodName")
    int malloc_trim(long keep);
  }

  /**
   * Runs something.
   *
   * @param device that it runs on
   * @return bytes at the peak above those at the start; empty where they cannot be read
   */
  static OptionalLong of(Device device, Runnable work) {
    return device.isGpu() ? ofGpu(device, work) : ofProcess(work);
  }

  /** Bytes that this process had resident at its peak so far; empty where they cannot be read. */
  static OptionalLong ofProcessSoFar() {
    OptionalLong peak = kibibytes("VmHWM");
    return peak.isPresent() ? OptionalLong.of(1024 * peak.getAsLong()) : peak;
  }

  /** The engine keeps what it once asked for, so the end shows the peak. */
  private static OptionalLong ofGpu(Device device, Runnable work) {
    JniUtils.emptyCudaCache();
    long before = CudaUtils.getGpuMemory(device).getUsed();
    work.run();
    return OptionalLong.of(Math.max(0, CudaUtils.getGpuMemory(device).getUsed() - before));
  }

  private static OptionalLong ofProcess(Runnable work) {
    OptionalLong before = start();
    work.run();
    OptionalLong peak = before.isPresent() ? kibibytes("VmHWM") : OptionalLong.empty();
    return peak.isPresent()
        ? OptionalLong.of(1024 * Math.max(0, peak.getAsLong() - before.getAsLong()))
        : OptionalLong.empty();
  }

  /** Resets the peak to what is resident now, and returns that. */
  private static OptionalLong start() {
    try {
      Native.load("c", StandardLibrary.class).malloc_trim(0);
      Files.writeString(PROCESS.resolve("clear_refs"), "5");
    } catch (IOException | SecurityException | LinkageError e) {
      return OptionalLong.empty();
    }
    return kibibytes("VmRSS");
  }

  private static OptionalLong kibibytes(String name) {
    try {
      Matcher line =
          Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB$")
              .matcher(Files.readString(PROCESS.resolve("status")));
      return line.find() ? OptionalLong.of(Long.parseLong(line.group(1))) : OptionalLong.empty();
    } catch (IOException | SecurityException e) {
      return OptionalLong.empty();
    }
  }
}
