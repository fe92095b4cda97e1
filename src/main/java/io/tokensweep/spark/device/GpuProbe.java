package io.tokensweep.spark.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks {@code nvidia-smi} for the state of one GPU. Never fails and never waits longer than its
 * limit; a tool that is absent or did not answer in time is not asked again. An answer takes tens
 * of milliseconds and some CPU time, so ask between timed regions.
 */
public final class GpuProbe {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final String tool;
  private final String gpu;
  private final Duration limit;
  private boolean silent;

  /**
   * @param gpu index or UUID as the driver's tool takes it: with {@code CUDA_VISIBLE_DEVICES} other
   *     than the index that the engine sees
   */
  public GpuProbe(String gpu) {
    this("nvidia-smi", gpu, LIMIT);
  }

  GpuProbe(String tool, String gpu, Duration limit) {
    if (!gpu.matches("[0-9]{1,4}|(GPU|MIG)-[0-9a-zA-Z/-]{1,80}")) {
      throw new IllegalArgumentException(
          "GPU: found '%s', allowed are an index and a UUID".formatted(gpu));
    }
    this.tool = tool;
    this.gpu = gpu;
    this.limit = limit;
  }

  /** The state now, for which this process should hold the GPU. */
  public synchronized GpuReading read() {
    Optional<String> state = Optional.empty();
    for (String reasons : GpuText.REASONS) {
      if (state.isEmpty()) {
        state = ask("--query-gpu=%s,%s".formatted(String.join(",", GpuText.FIELDS), reasons));
      }
    }
    Optional<String> processes = ask("--query-compute-apps=pid");
    return GpuText.parse(state.orElse(""), processes.orElse(""));
  }

  /**
   * The kind of GPU: product, memory in MiB, compute capability and the driver's major version.
   *
   * @return empty if the tool does not tell
   */
  public synchronized Optional<String> product() {
    return ask("--query-gpu=" + String.join(",", GpuText.PRODUCT_FIELDS)).flatMap(GpuText::product);
  }

  /** The output; empty if the tool is absent, refuses or takes too long. */
  private Optional<String> ask(String query) {
    if (silent) {
      return Optional.empty();
    }
    try {
      Path output = Files.createTempFile("gpu", ".csv"); // a pipe could be held open by others
      try {
        return ask(query, output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      silent = true;
      return Optional.empty();
    }
  }

  private Optional<String> ask(String query, Path output) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(tool, "-i", gpu, query, "--format=csv,noheader,nounits"))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        silent = true;
        return Optional.empty();
      }
      return process.exitValue() == 0
          ? Optional.of(Files.readString(output, StandardCharsets.ISO_8859_1))
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      process.destroyForcibly(); // without waiting: one that hangs in its driver cannot be ended
    }
  }
}
