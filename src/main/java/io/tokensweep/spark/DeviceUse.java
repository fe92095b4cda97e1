package io.tokensweep.spark;

import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * A task's hold on its device, from its first to its last forward pass. A GPU is always held alone.
 * The host is shared by quality units and held alone by a throughput unit, so that nothing of this
 * program runs beside what is timed, in whatever executor.
 */
final class DeviceUse implements AutoCloseable {
  private static final String HOST = "host";

  /** What a unit measures. */
  enum Stage {
    /** Beside other tasks. */
    QUALITY,
    /** Alone. */
    THROUGHPUT
  }

  private final TaskDevice device;
  private final DeviceLock.Hold host;
  private final Optional<DeviceLock.Hold> gpu;
  private final DeviceJournal.Entry entry;

  private DeviceUse(
      TaskDevice device,
      DeviceLock.Hold host,
      Optional<DeviceLock.Hold> gpu,
      DeviceJournal.Entry entry) {
    this.device = device;
    this.host = host;
    this.gpu = gpu;
    this.entry = entry;
  }

  /**
   * Waits for the calling task's device.
   *
   * @param unit what it is for
   */
  static DeviceUse begin(Stage stage, String unit) {
    EngineThreads.apply();
    TaskDevice device = TaskDevice.ofThisTask();
    DeviceLock lock = DeviceLock.named(HOST);
    DeviceLock.Hold host =
        switch (stage) {
          case QUALITY -> lock.shared();
          case THROUGHPUT -> lock.alone();
        };
    try {
      Optional<DeviceLock.Hold> gpu = device.gpuName().map(name -> DeviceLock.named(name).alone());
      return new DeviceUse(
          device,
          host,
          gpu,
          new DeviceJournal.Entry(
              device.label(),
              stage,
              unit,
              SparkEnv.get().executorId(),
              TaskContext.get().cpus(),
              System.currentTimeMillis()));
    } catch (RuntimeException e) {
      host.close();
      throw e;
    }
  }

  TaskDevice device() {
    return device;
  }

  @Override
  public void close() {
    DeviceJournal.write(entry);
    gpu.ifPresent(DeviceLock.Hold::close);
    host.close();
  }
}
