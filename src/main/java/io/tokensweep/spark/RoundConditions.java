package io.tokensweep.spark;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.tokensweep.spark.device.Conditions;
import io.tokensweep.spark.device.CpuProbe;
import io.tokensweep.spark.device.CpuReading;
import io.tokensweep.spark.device.GpuProbe;
import io.tokensweep.spark.device.GpuReading;
import io.tokensweep.store.TimingRow;
import java.nio.file.Path;
import java.util.Optional;

/** The state of the device from the end of one round to the end of the next. */
final class RoundConditions {
  private final CpuProbe cpu = new CpuProbe(Path.of("/"));
  private final Optional<GpuProbe> gpu = gpu();
  private CpuReading last = cpu.read();

  private static Optional<GpuProbe> gpu() {
    Device device = Engine.getInstance().defaultDevice();
    return device.isGpu() ? Optional.of(new GpuProbe(name(device))) : Optional.empty();
  }

  /** As the driver's tool calls it: the engine counts only those that it was shown. */
  private static String name(Device device) {
    String shown = Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")).orElse("");
    String[] names = shown.isBlank() ? new String[0] : shown.split(",", -1);
    return device.getDeviceId() < names.length
        ? names[device.getDeviceId()].strip()
        : String.valueOf(device.getDeviceId());
  }

  /** Conditions since the last call. */
  TimingRow.Conditions sinceLast() {
    CpuReading now = cpu.read();
    Conditions conditions =
        Conditions.between(last, now, gpu.map(GpuProbe::read).orElse(GpuReading.NOTHING));
    last = gpu.isPresent() ? cpu.read() : now; // asking for the GPU is nobody's load
    return stored(conditions);
  }

  private static TimingRow.Conditions stored(Conditions conditions) {
    GpuReading gpu = conditions.gpu();
    return new TimingRow.Conditions(
        conditions.cpuMegahertz(),
        conditions.cpuCelsius(),
        conditions.cpuThrottles(),
        conditions.otherLoad(),
        conditions.loadAverage(),
        conditions.quotaSeconds(),
        new TimingRow.Gpu(
            gpu.smMegahertz(),
            gpu.memoryMegahertz(),
            gpu.celsius(),
            gpu.utilisation(),
            gpu.slowdowns().map(reasons -> String.join(",", reasons)),
            gpu.otherProcesses()));
  }
}
