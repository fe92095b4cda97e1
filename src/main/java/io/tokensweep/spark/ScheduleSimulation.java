package io.tokensweep.spark;

import io.tokensweep.data.ImageEntry;
import io.tokensweep.store.ImageRow;
import io.tokensweep.store.OpenRun;
import io.tokensweep.store.PredictionRow;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TableWriter;
import io.tokensweep.store.Tables;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Runs units that sleep instead of computing, the way that real ones go: through the jobs, tasks,
 * commits and summary of a run. It shows what scheduling costs, and what the driver needs.
 */
public final class ScheduleSimulation {
  /** Ahead of what counts, so that classes are loaded and the machine code is made. */
  private static final int WARM_UP_ROUNDS = 4;

  private static final int ALONE = 50;
  private static final String TEMPLATE = "template.parquet";

  private ScheduleSimulation() {}

  /**
   * @param units that count
   * @param millis that each sleeps
   * @param slots of the local master
   */
  public record Size(int units, int millis, int slots) {}

  /**
   * @param seconds from the first unit to the last commit
   * @param busy share of the time of all slots in which units slept
   * @param aloneMillis what a unit takes beyond its sleep if nothing else runs
   * @param broadcastBytes of the plan that each executor gets once, serialized
   * @param taskBytes that a task carries, serialized
   * @param summarySeconds to sum up the units and write the rows of the trials
   * @param heapPeak bytes that the heap held at its peak at most, garbage included
   * @param heapLimit most that it may hold
   * @param processPeak bytes that the process had resident at its peak; empty where they cannot be
   *     read
   */
  public record Result(
      int units,
      int trials,
      double seconds,
      double busy,
      double aloneMillis,
      long broadcastBytes,
      long taskBytes,
      double summarySeconds,
      long heapPeak,
      long heapLimit,
      OptionalLong processPeak) {}

  /**
   * Runs the units of a sweep.
   *
   * @param plan of a sweep that measures quality; its trials are spread over its groups
   * @param folder for the store, empty
   */
  public static Result run(Plan plan, Size size, Path folder, PrintStream log) throws IOException {
    System.setProperty("spark.master", "local[%d]".formatted(size.slots()));
    ResultStore store = ResultStore.create(folder);
    SparkSession session = Sessions.start("schedule");
    try (OpenRun run = store.begin("schedule", () -> {}).orElseThrow()) {
      Files.createDirectories(folder);
      template(folder.resolve(TEMPLATE));
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      return new Simulated(plan, size, folder, log, spark, run).simulate();
    } finally {
      session.stop();
      System.clearProperty("spark.master");
    }
  }

  private static void template(Path file) throws IOException {
    try (TableWriter<PredictionRow> empty = new TableWriter<>(Tables.PREDICTIONS, file)) {
      Objects.requireNonNull(empty);
    }
  }

  /** One simulation. */
  private record Simulated(
      Plan plan, Size size, Path folder, PrintStream log, JavaSparkContext spark, OpenRun run) {
    Result simulate() {
      Measure.Quality measure = plan.sweep().measure().quality().orElseThrow();
      Inventory inventory = inventory();
      CachedPixels pixels =
          new CachedPixels(plan.source(), folder.toString(), run.runId(), inventory.contents());
      SharedPlan shared =
          new SharedPlan(pixels, inventory.badIndices(), plan.groups(), plan.groups());
      List<Unit> units = units("u", size.units());
      RunCounters counters = new RunCounters(plan.trials().size(), size.units(), size.units());
      try (UnitJobs jobs = new UnitJobs(spark, run, inventory, shared, counters)) {
        UnitJobs.Engine sleep = sleeping(folder.resolve(TEMPLATE).toString(), size.millis());
        List<Unit> warmUp = units("warm-up-", WARM_UP_ROUNDS * size.slots());
        jobs.quality(warmUp, measure, progress("warm-up", warmUp), sleep);
        double alone = alone(jobs, measure, sleep);
        long start = System.nanoTime();
        List<String> committed = jobs.quality(units, measure, progress("units", units), sleep);
        double seconds = (System.nanoTime() - start) / 1e9;
        long summing = System.nanoTime();
        List<TrialRow> rows = rows(committed);
        double summary = (System.nanoTime() - summing) / 1e9;
        return new Result(
            units.size(),
            rows.size(),
            seconds,
            units.size() * (size.millis() / 1000.0) / (size.slots() * seconds),
            alone,
            serialized(shared),
            serialized(shared.places(units.subList(0, 1)).get(0)),
            summary,
            heapPeak(),
            Runtime.getRuntime().maxMemory(),
            PeakMemory.ofProcessSoFar());
      }
    }

    private Progress progress(String stage, List<Unit> units) {
      long total = units.stream().mapToLong(unit -> unit.group().trials().size()).sum();
      return new Progress(log, false, stage, "", total);
    }

    private Inventory inventory() {
      List<ImageRow> rows = new ArrayList<>();
      for (ImageEntry image : plan.source().images()) {
        rows.add(
            new ImageRow(
                run.runId(),
                image.name(),
                image.label(),
                Optional.of("%064x".formatted(rows.size())),
                Optional.empty()));
      }
      return new Inventory(rows, 0, Collections.nCopies(rows.size(), "localhost"));
    }

    /** Of one image each, group after group. */
    private List<Unit> units(String name, int count) {
      List<Unit> units = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Group group = plan.groups().get(i % plan.groups().size());
        int image = i / plan.groups().size() % plan.images();
        units.add(new Unit("%s%08d".formatted(name, i), group, image, image + 1));
      }
      return units;
    }

    private double alone(UnitJobs jobs, Measure.Quality measure, UnitJobs.Engine sleep) {
      Progress progress = progress("alone", units("alone-", ALONE));
      long start = System.nanoTime();
      for (Unit unit : units("alone-", ALONE)) {
        jobs.quality(List.of(unit), measure, progress, sleep);
      }
      return (System.nanoTime() - start) / 1e6 / ALONE - size.millis();
    }

    /** As a run ends. */
    private List<TrialRow> rows(List<String> units) {
      TrialSummaries summaries =
          new TrialSummaries(
              run.runId(),
              plan.sweep().measure(),
              0,
              () -> units.stream().map(unit -> run.committed(unit).orElseThrow()).iterator());
      List<TrialRow> rows =
          plan.groups().stream()
              .flatMap(group -> group.trials().stream())
              .map(summaries::row)
              .toList();
      try (TableWriter<TrialRow> writer =
          new TableWriter<>(Tables.TRIALS, run.runFile(Tables.TRIALS.name()))) {
        rows.forEach(writer::write);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return rows;
    }
  }

  private static UnitJobs.Engine sleeping(String template, int millis) {
    return (runId, plan, measure, device, place, attempt) -> {
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
        Path rows = attempt.resolve(Tables.PREDICTIONS.name());
        Files.createDirectories(rows);
        Files.copy(Path.of(template), rows.resolve("part-0.parquet"));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return UnitCommit.ofQuality(
          place.unitId(),
          plan.unit(place).group().trials().stream()
              .map(trial -> totals(trial.id().value(), trial.model().architecture().depth()))
              .toList(),
          1);
    };
  }

  private static UnitCommit.QualityTotals totals(String trialId, int blocks) {
    return new UnitCommit.QualityTotals(
        trialId,
        1,
        0,
        1,
        1,
        0.25,
        1e9,
        1e6,
        1,
        1,
        1,
        1,
        Collections.nCopies(blocks, 197L),
        "0".repeat(64),
        "");
  }

  private static long serialized(Serializable value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.size();
  }

  /** The parts of the heap have their peaks at different times: their sum may be no real one. */
  private static long heapPeak() {
    long peak = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        peak += pool.getPeakUsage().getUsed();
      }
    }
    return Math.min(peak, Runtime.getRuntime().maxMemory());
  }
}
