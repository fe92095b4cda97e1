package io.tokensweep.spark;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.tokensweep.InvalidInputException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** What a task computes on: what Spark assigned to it, and nothing else. */
sealed interface TaskDevice extends Serializable {
  /** The resource's name in Spark. */
  String RESOURCE = "gpu";

  /** The cores of the executor. */
  record Cpu() implements TaskDevice {}

  /**
   * A GPU.
   *
   * @param address as Spark and the driver's tool call it: an index or a UUID
   * @param index as the engine calls it, which counts only the GPUs that the process is shown
   */
  record Gpu(String address, int index) implements TaskDevice {}

  /** The address of a GPU that is scheduled like one and computed on the CPU, for tests. */
  record FakeGpu(String address) implements TaskDevice {}

  /**
   * The GPUs that a process can see.
   *
   * @param visible CUDA_VISIBLE_DEVICES, empty if it is not set
   * @param count how many the engine found
   */
  record Sight(String visible, int count) {
    /** A GPU of the engine as the driver's tool calls it. */
    String name(int index) {
      String[] names = visible.isEmpty() ? new String[0] : visible.split(",", -1);
      return index < names.length ? names[index].strip() : String.valueOf(index);
    }

    static Sight ofThisProcess() {
      return new Sight(
          Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")).orElse("").strip(),
          Engine.getInstance().getGpuCount());
    }
  }

  /**
   * That of the calling task.
   *
   * @throws InvalidInputException if Spark assigned what the executor does not have
   */
  static TaskDevice ofThisTask() {
    ResourceInformation assigned = TaskContext.get().resourcesJMap().get(RESOURCE);
    List<String> addresses = assigned == null ? List.of() : Arrays.asList(assigned.addresses());
    if (Settings.ofThisProcess().getBoolean(Settings.FAKE_GPUS, false)) {
      return fake(addresses);
    }
    return of(addresses, Sight.ofThisProcess(), Slots.isLocal());
  }

  /**
   * The device of addresses.
   *
   * @param local whether Spark runs in one process, where it assigns nothing: then the first GPU is
   *     used if there is one
   */
  static TaskDevice of(List<String> addresses, Sight sight, boolean local) {
    if (addresses.isEmpty()) {
      return local && sight.count > 0 ? new Gpu(sight.name(0), 0) : new Cpu();
    }
    String address = only(addresses);
    int index = index(address, sight.visible);
    if (index < 0 || index >= sight.count) {
      throw new InvalidInputException(
          "GPU '%s' of Spark's resource '%s' is not there: the engine found %d GPUs%s; check the discovery script and that libtorch of CUDA is installed on this executor"
              .formatted(
                  address,
                  RESOURCE,
                  sight.count,
                  sight.visible.isEmpty() ? "" : ", CUDA_VISIBLE_DEVICES=" + sight.visible));
    }
    return new Gpu(address, index);
  }

  private static TaskDevice fake(List<String> addresses) {
    return addresses.isEmpty() ? new Cpu() : new FakeGpu(only(addresses));
  }

  private static String only(List<String> addresses) {
    if (addresses.size() > 1) {
      throw new InvalidInputException(
          "spark.task.resource.gpu.amount: found %d GPUs for one task, allowed: 1"
              .formatted(addresses.size()));
    }
    return addresses.get(0);
  }

  /** Where the process is shown some GPUs only, the engine counts these; −1 if it is not shown. */
  private static int index(String address, String visible) {
    if (!visible.isEmpty()) {
      return Arrays.stream(visible.split(",", -1)).map(String::strip).toList().indexOf(address);
    }
    return address.matches("[0-9]{1,4}") ? Integer.parseInt(address) : -1;
  }

  /** Where the engine puts arrays. */
  default Device engine() {
    if (this instanceof Gpu gpu) {
      return Device.gpu(gpu.index);
    }
    return Device.cpu();
  }

  /** Names the GPU among those of its host; empty for the CPU, which tasks share. */
  default Optional<String> gpuName() {
    if (this instanceof Gpu gpu) {
      return Optional.of("gpu-" + gpu.address);
    }
    return this instanceof FakeGpu fake ? Optional.of("gpu-" + fake.address) : Optional.empty();
  }

  /** Such as {@code gpu-0}, or {@code cpu}. */
  default String label() {
    return gpuName().orElse("cpu");
  }
}
