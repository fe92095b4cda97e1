package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.BuildInfo;
import io.tokensweep.InvalidInputException;
import io.tokensweep.bench.ScheduleBench;
import io.tokensweep.spark.MachineClass;
import io.tokensweep.spark.ScheduleSimulation;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench schedule}: what scheduling costs. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Schedules units that sleep in place of computing: how busy slots are, what a unit costs"
            + " beyond its work, and what the driver needs. Nothing is computed.")
final class BenchScheduleCommand implements Callable<Integer> {
  @Option(names = "--units", defaultValue = "10000", description = "That sleep.")
  private int units;

  @Option(names = "--millis", defaultValue = "200", description = "That each sleeps.")
  private int millis;

  @Option(names = "--slots", defaultValue = "64", description = "Tasks at a time.")
  private int slots;

  @Option(names = "--trials", defaultValue = "20", description = "Of the sweep.")
  private int trials;

  @Option(names = "--images", defaultValue = "50000", description = "Of its data set.")
  private int images;

  @Option(names = "--json", description = "Print one JSON object as the last line of stdout.")
  private boolean json;

  @Override
  public Integer call() {
    if (units < 1 || millis < 0 || slots < 1 || images < 1) {
      throw new InvalidInputException(
          "bench schedule: found %d units of %d ms on %d slots and %d images, allowed: 1 and more"
              .formatted(units, millis, slots, images));
    }
    ScheduleSimulation.Result result =
        ScheduleBench.run(
            trials, images, new ScheduleSimulation.Size(units, millis, slots), System.err);
    System.out.println(json ? object(result) : text(result));
    return ExitCode.DONE;
  }

  private String text(ScheduleSimulation.Result result) {
    return String.format(
        Locale.ROOT,
        "%,d units of %d ms on %d slots in %.1f s: slots %.1f %% busy%n"
            + "a unit alone: %.1f ms beyond its %d ms%n"
            + "%,d trials, %,d images: plan broadcast %,d bytes, a task carries %,d bytes%n"
            + "sums and rows of all trials: %.1f s%n"
            + "heap at its peak, garbage included: %,d of %,d MiB%s",
        result.units(),
        millis,
        slots,
        result.seconds(),
        100 * result.busy(),
        result.aloneMillis(),
        millis,
        result.trials(),
        images,
        result.broadcastBytes(),
        result.taskBytes(),
        result.summarySeconds(),
        result.heapPeak() >> 20,
        result.heapLimit() >> 20,
        result.processPeak().isPresent()
            ? String.format(
                Locale.ROOT,
                "; process at its peak: %,d MiB",
                result.processPeak().getAsLong() >> 20)
            : "");
  }

  private ObjectNode object(ScheduleSimulation.Result result) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("bench", "schedule");
    object.put("machine", MachineClass.hardware());
    object.put("java", System.getProperty("java.vm.version"));
    object.put("commit", BuildInfo.current().commit());
    object.put("units", result.units());
    object.put("millis", millis);
    object.put("slots", slots);
    object.put("trials", result.trials());
    object.put("images", images);
    object.put("seconds", result.seconds());
    object.put("busy", result.busy());
    object.put("alone_millis", result.aloneMillis());
    object.put("broadcast_bytes", result.broadcastBytes());
    object.put("task_bytes", result.taskBytes());
    object.put("summary_seconds", result.summarySeconds());
    object.put("heap_peak", result.heapPeak());
    object.put("heap_limit", result.heapLimit());
    result.processPeak().ifPresent(bytes -> object.put("process_peak", bytes));
    return object;
  }
}
