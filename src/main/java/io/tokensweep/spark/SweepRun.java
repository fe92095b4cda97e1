package io.tokensweep.spark;

import io.tokensweep.BuildInfo;
import io.tokensweep.InvalidInputException;
import io.tokensweep.Sha256;
import io.tokensweep.reduction.Methods;
import io.tokensweep.store.ImageRow;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.OpenRun;
import io.tokensweep.store.Provenance;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.SchemaVersion;
import io.tokensweep.store.Table;
import io.tokensweep.store.TableWriter;
import io.tokensweep.store.Tables;
import io.tokensweep.store.TrialRow;
import io.tokensweep.sweep.CanonicalJson;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Model;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.Trial;
import io.tokensweep.sweep.TrialId;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One execution of a sweep: plan, inventory, quality units, throughput units, summary, publication.
 * What earlier runs measured is reused; what an earlier process of the same run committed is kept.
 */
public final class SweepRun {
  private final Sweep sweep;
  private final RunOptions options;
  private final PrintStream log;
  private final boolean terminal;
  private RunSummary.Work work = RunSummary.Work.NONE;
  private final Instant start = Instant.now();

  /**
   * @param log receives progress
   * @param terminal whether {@code log} is a terminal
   */
  public SweepRun(Sweep sweep, RunOptions options, PrintStream log, boolean terminal) {
    this.sweep = sweep;
    this.options = options;
    this.log = log;
    this.terminal = terminal;
    EngineThreads.apply();
  }

  /**
   * Runs whatever is still to be measured and publishes it.
   *
   * @throws InvalidInputException if the sweep cannot start; nothing is left behind then
   * @throws UnfinishedException if machines failed too often, or no executor came
   */
  public RunSummary run() {
    Plan all = chosen(Plan.of(sweep, options.limit(), Set.of()));
    checkCheckpoints(all);
    ResultStore store = ResultStore.create(options.results());
    return Sessions.with(
        sweep.name(),
        session -> run(all, store, JavaSparkContext.fromSparkContext(session.sparkContext())));
  }

  private RunSummary run(Plan all, ResultStore store, JavaSparkContext spark) {
    ExecutorClass executors = ExecutorClass.of(spark);
    Provenance provenance = provenance(spark, executors);
    String measurement = measurement(sweep, all, executors);
    while (true) {
      Map<TrialId, String> reused = options.fresh() ? Map.of() : reused(store, all, measurement);
      reused.values().stream().distinct().forEach(runId -> checkReadable(store, runId));
      Plan plan = all.without(reused.keySet());
      String work = Sha256.of(measurement + ids(plan.groups()) + options.fresh());
      Optional<OpenRun> open =
          store.begin(
              work, () -> log.println("another process is running this sweep; waiting for it"));
      if (open.isPresent()) {
        try (OpenRun run = open.get()) {
          Manifest manifest =
              run.readyManifest()
                  .orElseGet(
                      () -> measure(run, plan, reused, measurement, provenance, executors, spark));
          run.publish(manifest);
          if (covers(manifest, plan)) {
            return summary(store, plan, manifest);
          } // it was another sweep's that ended with the same work: now it can be reused
        }
      }
    }
  }

  private Plan chosen(Plan plan) {
    if (options.trials().isEmpty()) {
      return plan;
    }
    Map<String, TrialId> known =
        plan.trials().stream().collect(Collectors.toMap(trial -> trial.id().value(), Trial::id));
    for (String trial : options.trials()) {
      if (!known.containsKey(trial)) {
        throw new InvalidInputException(
            "--trial: found %s, allowed are the trials of the sweep: %s"
                .formatted(trial, String.join(", ", known.keySet())));
      }
    }
    known.keySet().retainAll(options.trials());
    return plan.only(new HashSet<>(known.values()));
  }

  /**
   * What {@link #run} would do now. Needs no weights; no engine either in an empty store.
   *
   * @param slots that would work side by side
   */
  public static Plan plan(Sweep sweep, OptionalInt limit, Path results, boolean fresh, int slots) {
    Plan plan = Plan.of(sweep, limit, Set.of()).cutFor(slots);
    if (fresh || !Files.isDirectory(results.resolve("runs"))) {
      return plan;
    }
    EngineThreads.apply();
    ResultStore store = ResultStore.existing(results);
    return store.manifests().isEmpty()
        ? plan
        : plan.without(
            reused(store, plan, measurement(sweep, plan, ExecutorClass.inThisProcess())).keySet());
  }

  private static boolean covers(Manifest manifest, Plan plan) {
    Set<String> held = new HashSet<>();
    manifest.measured().forEach(trial -> held.add(trial.trialId()));
    manifest.reused().forEach(trial -> held.add(trial.trialId()));
    return plan.trials().stream().allMatch(trial -> held.contains(trial.id().value()));
  }

  private Manifest measure(
      OpenRun run,
      Plan plan,
      Map<TrialId, String> reused,
      String measurement,
      Provenance provenance,
      ExecutorClass executors,
      JavaSparkContext spark) {
    List<TrialRow> rows =
        plan.groups().isEmpty() ? List.of() : measureTrials(run, plan, executors, spark);
    Instant now = Instant.now();
    return new Manifest(
        SchemaVersion.CURRENT,
        run.runId(),
        sweep.name(),
        run.started(),
        now.toString(),
        (now.toEpochMilli() - start.toEpochMilli()) / 1000.0,
        measurement,
        provenance,
        rows.stream().map(row -> new Manifest.TrialStatus(row.trialId(), row.status())).toList(),
        reused.entrySet().stream()
            .map(entry -> new Manifest.TrialSource(entry.getKey().value(), entry.getValue()))
            .sorted(Comparator.comparing(Manifest.TrialSource::trialId))
            .toList(),
        sweep.dataDescription(),
        plan.images(),
        run.files());
  }

  private List<TrialRow> measureTrials(
      OpenRun run, Plan plan, ExecutorClass executors, JavaSparkContext spark) {
    try {
      Inventory inventory = inventory(run, plan, spark);
      CachedPixels pixels =
          new CachedPixels(
              plan.source(),
              options.cache().toAbsolutePath().toString(),
              run.runId(),
              inventory.contents());
      Plan cut = plan.cutFor(run.slots(() -> Settings.slots(spark.sc())));
      SharedPlan shared = new SharedPlan(pixels, inventory.badIndices(), cut.groups(), cut.parts());
      List<String> units = new ArrayList<>();
      RunCounters counters = counters(cut);
      try (Heartbeat heartbeat = new Heartbeat(run, sweep.name(), counters);
          UnitJobs jobs = new UnitJobs(spark, run, inventory, shared, counters)) {
        sweep.measure().quality().ifPresent(quality -> units.addAll(quality(jobs, cut, quality)));
        sweep
            .measure()
            .throughput()
            .ifPresent(
                throughput -> {
                  heartbeat.stage("throughput");
                  units.addAll(throughput(jobs, plan, throughput, executors));
                });
      }
      TrialSummaries summaries =
          new TrialSummaries(
              run.runId(),
              sweep.measure(),
              inventory.bad().size(),
              () -> units.stream().map(unit -> run.committed(unit).orElseThrow()).iterator());
      work = new RunSummary.Work(inventory.decoded(), summaries.macs(), summaries.macsComputed());
      List<TrialRow> rows =
          plan.groups().stream()
              .flatMap(group -> group.trials().stream())
              .map(summaries::row)
              .toList();
      write(Tables.TRIALS, rows, run);
      return rows;
    } finally {
      CachedPixels.close(run.runId());
    }
  }

  private Inventory inventory(OpenRun run, Plan plan, JavaSparkContext spark) {
    Progress progress = new Progress(log, terminal, "images", "", plan.images());
    Inventory inventory =
        Inventory.take(
            spark,
            plan.source(),
            PixelPreparation.views(plan),
            options.cache(),
            run.runId(),
            progress);
    List<ImageRow> bad = inventory.bad();
    if (!bad.isEmpty() && options.onBadImage() == RunOptions.OnBadImage.STOP) {
      run.abandon();
      ImageRow first = bad.get(0);
      throw new InvalidInputException(
          "%d of %d images cannot be used, the first is %s: %s; mend them or give --on-bad-image=record"
              .formatted(
                  bad.size(),
                  inventory.images().size(),
                  first.image(),
                  first.error().orElseThrow()));
    }
    if (bad.size() == inventory.images().size()) {
      run.abandon();
      throw new InvalidInputException(
          "none of the %d images can be used, the first is %s: %s"
              .formatted(bad.size(), bad.get(0).image(), bad.get(0).error().orElseThrow()));
    }
    write(Tables.IMAGES, inventory.images(), run);
    return inventory;
  }

  private List<String> quality(UnitJobs jobs, Plan plan, Measure.Quality quality) {
    Progress progress =
        new Progress(
            log, terminal, "quality", trials(plan) + " trials  ", UnitJobs.evaluated(plan));
    return jobs.quality(plan.units(), quality, progress);
  }

  private List<String> throughput(
      UnitJobs jobs, Plan plan, Measure.Throughput throughput, ExecutorClass executors) {
    Progress progress =
        new Progress(
            log,
            terminal,
            "throughput",
            trials(plan) + " trials  ",
            UnitJobs.timed(plan, throughput));
    return jobs.throughput(throughput, executors.threads(), progress);
  }

  private RunCounters counters(Plan plan) {
    long units = sweep.measure().quality().isPresent() ? plan.units().size() : 0;
    long images = sweep.measure().quality().isPresent() ? UnitJobs.evaluated(plan) : 0;
    if (sweep.measure().throughput().isPresent()) {
      Measure.Throughput throughput = sweep.measure().throughput().get();
      units += (long) plan.groups().size() * throughput.sessions();
      images += UnitJobs.timed(plan, throughput);
    }
    return new RunCounters(trials(plan), units, images).begin();
  }

  private static int trials(Plan plan) {
    return plan.groups().stream().mapToInt(group -> group.trials().size()).sum();
  }

  private static <T> void write(Table<T> table, List<T> rows, OpenRun run) {
    try (TableWriter<T> writer = new TableWriter<>(table, run.runFile(table.name()))) {
      rows.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunSummary summary(ResultStore store, Plan plan, Manifest manifest) {
    Map<String, TrialRow> rows = new HashMap<>();
    store.trialsWithReused(manifest).forEach(row -> rows.put(row.trialId(), row));
    return new RunSummary(
        manifest, work, plan.trials().stream().map(trial -> rows.get(trial.id().value())).toList());
  }

  private static Map<TrialId, String> reused(ResultStore store, Plan plan, String measurement) {
    Map<TrialId, String> reused = new TreeMap<>(Comparator.comparing(TrialId::value));
    Map<String, String> measured = store.measuredTrials(measurement);
    for (Trial trial : plan.trials()) {
      String runId = measured.get(trial.id().value());
      if (runId != null) {
        reused.put(trial.id(), runId);
      }
    }
    return reused;
  }

  private static void checkReadable(ResultStore store, String runId) {
    store.check(store.manifest(runId));
    store.trials(runId);
  }

  private static void checkCheckpoints(Plan plan) {
    Set<Model> models =
        plan.trials().stream()
            .map(Trial::model)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    models.forEach(Networks::weights);
    Networks.checkModules(plan.trials());
  }

  private static String ids(List<Group> groups) {
    return groups.stream()
        .flatMap(group -> group.trials().stream())
        .map(trial -> trial.id().value())
        .sorted()
        .collect(Collectors.joining(","));
  }

  /** What has to be equal, beside the trial, for a result to be reused. */
  private static String measurement(Sweep sweep, Plan plan, ExecutorClass executors) {
    Map<String, Object> values = new TreeMap<>();
    values.put("code", BuildInfo.current().codeVersion());
    Map<String, String> outside =
        Methods.outsideCode(plan.trials().stream().map(Trial::method).collect(Collectors.toSet()));
    if (!outside.isEmpty()) {
      values.put("outside_code", outside);
    }
    values.put("machine", executors.machine());
    values.put("images", plan.images());
    sweep
        .measure()
        .quality()
        .ifPresent(
            quality -> {
              values.put("quality_batch_size", quality.batchSize());
              if (quality.sources()) {
                values.put(Manifest.SOURCES, true);
              }
            });
    sweep
        .measure()
        .throughput()
        .ifPresent(
            throughput -> {
              values.put("throughput_batch_size", throughput.batchSize());
              values.put("throughput_repeats", throughput.repeats());
              values.put("throughput_warmup", throughput.warmup());
              values.put("throughput_warmup_limit", throughput.warmupLimit());
              values.put("throughput_latency_repeats", throughput.latencyRepeats());
              values.put("throughput_sessions", throughput.sessions());
              values.put("throughput_threads", executors.threads());
            });
    return CanonicalJson.of(values);
  }

  /** What the command line changed about the sweep. */
  private List<String> given() {
    List<String> given = new ArrayList<>(sweep.source().overrides());
    options.limit().ifPresent(limit -> given.add("--limit=" + limit));
    options.trials().stream().sorted().forEach(trial -> given.add(Provenance.TRIAL + trial));
    return given;
  }

  private Provenance provenance(JavaSparkContext spark, ExecutorClass executors) {
    BuildInfo build = BuildInfo.current();
    CodeOrigin origin = CodeOrigin.of(build, System.getenv());
    return new Provenance(
        build.version(),
        origin.commit(),
        origin.dirty(),
        origin.branch(),
        origin.commitTime(),
        build.codeVersion(),
        executors.machine(),
        MachineClass.engine(),
        System.getProperty("java.runtime.version"),
        spark.version(),
        spark.master(),
        spark.defaultParallelism(),
        EngineThreads.perSlot(),
        Sha256.of(sweep.source().text()),
        sweep.source().text(),
        given());
  }
}
