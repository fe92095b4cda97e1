package io.tokensweep.spark;

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
  private final Optional<GpuProbe> gpu;
  private CpuReading last = cpu.read();

  RoundConditions(TaskDevice device) {
    gpu =
        device instanceof TaskDevice.Gpu found
            ? Optional.of(new GpuProbe(found.address()))
            : Optional.empty();
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
