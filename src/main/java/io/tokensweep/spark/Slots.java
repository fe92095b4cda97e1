package io.tokensweep.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What there is to run tasks on.
 *
 * @param quality units that can run side by side: one for each GPU where executors have GPUs, one
 *     for each {@code spark.task.cpus} cores otherwise
 * @param hosts with executors
 * @param executors how they are called as places of a task
 * @param cores of the smallest executor
 * @param gpus of the executor with the fewest
 */
record Slots(int quality, int hosts, List<String> executors, int cores, int gpus) {
  private static final String DRIVER = "driver";
  private static final long WAIT_MILLIS = 100;

  Slots {
    executors = List.copyOf(executors);
  }

  /** Whether the calling process is driver and executor at once. */
  static boolean isLocal() {
    SparkEnv env = SparkEnv.get();
    return env != null
        && env.executorId().equals(DRIVER)
        && env.conf().get("spark.master", "").matches("local(\\[.*])?");
  }

  /** Those of now; on a cluster, waits for the first executor. */
  static Slots of(SparkContext spark) {
    if (spark.isLocal()) {
      return new Slots(
          spark.defaultParallelism(), 1, List.of(), Runtime.getRuntime().availableProcessors(), 0);
    }
    List<ExecutorSummary> executors = executors(spark);
    while (executors.isEmpty()) {
      try {
        Thread.sleep(WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      if (spark.isStopped()) {
        throw new IllegalStateException("Spark was stopped");
      }
      executors = executors(spark);
    }
    int cpus = spark.conf().getInt("spark.task.cpus", 1);
    int gpus = executors.stream().mapToInt(Slots::gpus).min().orElseThrow();
    return new Slots(
        executors.stream().mapToInt(one -> gpus > 0 ? gpus(one) : one.totalCores() / cpus).sum(),
        (int) executors.stream().map(Slots::host).distinct().count(),
        executors.stream().map(one -> place(host(one), one.id())).toList(),
        executors.stream().mapToInt(ExecutorSummary::totalCores).min().orElseThrow(),
        gpus);
  }

  /** Those of now; without an executor, as while Workers start again, these. */
  Slots refreshed(SparkContext spark) {
    return spark.isLocal() || spark.isStopped() || executors(spark).isEmpty() ? this : of(spark);
  }

  /** Whether there is an executor now. */
  static boolean hasExecutors(SparkContext spark) {
    return !executors(spark).isEmpty();
  }

  private static List<ExecutorSummary> executors(SparkContext spark) {
    return CollectionConverters.asJava(spark.statusStore().executorList(true)).stream()
        .filter(executor -> !executor.id().equals(DRIVER) && executor.totalCores() > 0)
        .toList();
  }

  private static String host(ExecutorSummary executor) {
    String address = executor.hostPort();
    return address.substring(0, Math.max(0, address.lastIndexOf(':')));
  }

  private static int gpus(ExecutorSummary executor) {
    return CollectionConverters.asJava(executor.resources())
        .getOrDefault(
            TaskDevice.RESOURCE, new ResourceInformation(TaskDevice.RESOURCE, new String[0]))
        .addresses()
        .length;
  }

  /** An executor as Spark takes it for the preferred place of a task. */
  static String place(String host, String executorId) {
    return "executor_%s_%s".formatted(host, executorId);
  }

  /**
   * What a unit asks Spark for; empty where all tasks are alike because Spark runs in a process.
   */
  Optional<ResourceProfile> profile(DeviceUse.Stage stage, int taskCpus) {
    if (executors.isEmpty()) {
      return Optional.empty();
    }
    TaskResourceRequests requests =
        switch (stage) {
          case QUALITY -> new TaskResourceRequests().cpus(taskCpus);
          case THROUGHPUT -> new TaskResourceRequests().cpus(cores);
        };
    if (gpus > 0) {
      requests.resource(TaskDevice.RESOURCE, 1);
    }
    return Optional.of(new ResourceProfileBuilder().require(requests).build());
  }

  /** Units at a time: one for each slot, or one for each host where they have it alone. */
  int width(DeviceUse.Stage stage) {
    return switch (stage) {
      case QUALITY -> Math.max(1, quality);
      case THROUGHPUT -> hosts;
    };
  }
}
