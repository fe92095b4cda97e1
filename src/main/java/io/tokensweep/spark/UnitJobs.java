package io.tokensweep.spark;

import io.tokensweep.Sha256;
import io.tokensweep.store.OpenRun;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Unit;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Makes units of a plan into work for the scheduler. A unit that is committed already is not run.
 */
final class UnitJobs implements AutoCloseable {
  private final JavaSparkContext spark;
  private final OpenRun run;
  private final Inventory inventory;
  private final RunCounters counters;
  private final SharedPlan plan;
  private final Broadcast<SharedPlan> broadcast;

  /**
   * @param shared what is run: the groups that are timed, the parts of quality units
   */
  UnitJobs(
      JavaSparkContext spark,
      OpenRun run,
      Inventory inventory,
      SharedPlan shared,
      RunCounters counters) {
    this.spark = spark;
    this.run = run;
    this.inventory = inventory;
    this.counters = counters;
    this.plan = shared;
    this.broadcast = spark.broadcast(plan);
  }

  /** Frees what executors hold of the plan; a task of a job that was given up gets it again. */
  @Override
  public void close() {
    broadcast.unpersist();
  }

  /** What a task makes of a unit. */
  interface Engine extends Serializable {
    UnitCommit evaluate(
        String runId,
        SharedPlan plan,
        Measure.Quality measure,
        TaskDevice device,
        SharedPlan.Place place,
        Path attempt);
  }

  /** Ids of what is committed then, in the order of {@code units}. */
  List<String> quality(List<Unit> units, Measure.Quality measure, Progress progress) {
    return quality(units, measure, progress, UnitJobs::evaluate);
  }

  List<String> quality(
      List<Unit> units, Measure.Quality measure, Progress progress, Engine engine) {
    String runId = run.runId();
    Broadcast<SharedPlan> plans = broadcast;
    List<SharedPlan.Place> places = plan.places(units);
    IdentityHashMap<Group, Long> macs = new IdentityHashMap<>();
    List<Piece<SharedPlan.Place>> pieces = new ArrayList<>();
    for (int i = 0; i < units.size(); i++) {
      Unit unit = units.get(i);
      Group group = unit.group();
      pieces.add(
          new Piece<>(
              unit.id(),
              (double) unit.images() * macs.computeIfAbsent(group, Group::macs),
              (long) unit.images() * group.trials().size(),
              network(group),
              inventory.host(unit.from(), unit.to()),
              "quality of images %d to %d: %s".formatted(unit.from(), unit.to() - 1, title(group)),
              places.get(i)));
    }
    pieces.sort(Comparator.comparingDouble(piece -> -piece.macs()));
    return run(
        DeviceUse.Stage.QUALITY,
        (place, device, attempt) ->
            engine.evaluate(runId, plans.value(), measure, device, place, attempt),
        pieces,
        units.stream().map(Unit::id).toList(),
        progress);
  }

  private static UnitCommit evaluate(
      String runId,
      SharedPlan plan,
      Measure.Quality measure,
      TaskDevice device,
      SharedPlan.Place place,
      Path attempt) {
    return new QualityTask(
            runId, plan.pixels().source().images(), plan.pixels(), plan.bad(), measure, device)
        .run(plan.unit(place), attempt);
  }

  /** A session of a group, by its index. */
  private record Session(String unitId, int group, int rank) implements Serializable {}

  /**
   * Ids of what is committed then, by session and then in the order of the groups. On each host one
   * group at a time and nothing else. A single session runs where all units run, several in a
   * process each.
   */
  List<String> throughput(Measure.Throughput measure, int threads, Progress progress) {
    List<Integer> good = inventory.goodIndices();
    List<Integer> images = List.copyOf(good.subList(0, Math.min(good.size(), measure.batchSize())));
    String runId = run.runId();
    Broadcast<SharedPlan> plans = broadcast;
    List<Piece<Session>> pieces = new ArrayList<>();
    for (int session = 0; session < measure.sessions(); session++) {
      for (int i = 0; i < plan.groups().size(); i++) {
        Group group = plan.groups().get(i);
        String unitId = timingUnit(group, session, measure.sessions());
        long passes = passes(group, measure) * measure.batchSize();
        pieces.add(
            new Piece<>(
                unitId,
                passes,
                passes,
                network(group),
                Optional.empty(),
                "throughput, session %d: %s".formatted(session + 1, title(group)),
                new Session(unitId, i, session)));
      }
    }
    List<String> order = pieces.stream().map(Piece::unitId).toList();
    pieces.sort(
        Comparator.comparingInt((Piece<Session> piece) -> piece.work().rank())
            .thenComparing(piece -> -piece.macs()));
    return run(
        DeviceUse.Stage.THROUGHPUT,
        (session, device, attempt) ->
            time(
                new SessionProcess.Work(
                    runId,
                    session.unitId,
                    session.rank,
                    plans.value().groups().get(session.group),
                    measure,
                    threads,
                    device,
                    plans.value().pixels(),
                    images,
                    attempt.toString())),
        pieces,
        order,
        progress);
  }

  private static UnitCommit time(SessionProcess.Work work) {
    return work.measure().sessions() == 1 ? work.run() : SessionProcess.run(work, System.err);
  }

  /** What units of a group need in memory. */
  private static String network(Group group) {
    return "%s %d %s"
        .formatted(
            group.setting().model(), group.setting().resolution(), group.setting().precision());
  }

  private static String title(Group group) {
    return "%s at %d, %s, %d trials"
        .formatted(
            group.setting().model().architecture().name(),
            group.setting().resolution(),
            group.setting().precision().key(),
            group.trials().size());
  }

  /** Images that the quality units of a plan evaluate, each once for every trial. */
  static long evaluated(Plan plan) {
    return plan.units().stream()
        .mapToLong(unit -> (long) unit.images() * unit.group().trials().size())
        .sum();
  }

  /** Images that all sessions time, each once for every trial. */
  static long timed(Plan plan, Measure.Throughput measure) {
    return plan.groups().stream().mapToLong(group -> passes(group, measure)).sum()
        * measure.batchSize()
        * measure.sessions();
  }

  /** Passes over a batch in one session, those of the baseline included. */
  static long passes(Group group, Measure.Throughput measure) {
    return (long) group.timed().size() * (measure.repeats() + measure.warmup());
  }

  private static String timingUnit(Group group, int session, int sessions) {
    String unit = "throughput-" + Sha256.shortOf(ids(group));
    return sessions == 1 ? unit : "%s-%d".formatted(unit, session);
  }

  private static String ids(Group group) {
    return group.trials().stream()
        .map(trial -> trial.id().value())
        .sorted()
        .collect(Collectors.joining(","));
  }

  /** Runs what is not committed yet; the commits themselves are on disk. */
  private <W> List<String> run(
      DeviceUse.Stage stage,
      DeviceTask.Work<W> work,
      List<Piece<W>> pieces,
      List<String> order,
      Progress progress) {
    List<Piece<W>> open = new ArrayList<>();
    for (Piece<W> piece : pieces) {
      Optional<UnitCommit> committed = run.committed(piece.unitId());
      if (committed.isPresent()) {
        progress.keep(piece.images());
        counters.kept(committed.get(), piece.images());
      } else {
        open.add(piece);
      }
    }
    if (!open.isEmpty()) {
      new UnitScheduler<>(spark, run, stage, work, open, counters, progress).run();
    }
    return order;
  }
}
