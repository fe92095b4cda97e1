package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;
import io.tokensweep.Sha256;
import io.tokensweep.store.OpenRun;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Unit;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * Runs units as Spark jobs of one task each, as many at a time as there are slots, and commits each
 * as it comes back. A unit that is committed already is not run.
 */
final class UnitJobs implements AutoCloseable {
  /** So that a slot finds its next unit waiting while the last one is committed. */
  private static final int JOBS_OF_A_SLOT = 2;

  private final JavaSparkContext spark;
  private final OpenRun run;
  private final Inventory inventory;
  private final SharedPlan plan;
  private final Broadcast<SharedPlan> shared;

  /**
   * @param groups all that will be run
   */
  UnitJobs(
      JavaSparkContext spark,
      OpenRun run,
      CachedPixels pixels,
      Inventory inventory,
      List<Group> groups) {
    this.spark = spark;
    this.run = run;
    this.inventory = inventory;
    this.plan = new SharedPlan(pixels, inventory.badIndices(), groups);
    this.shared = spark.broadcast(plan);
  }

  /** Frees what executors hold of the plan; a task of a job that was given up gets it again. */
  @Override
  public void close() {
    shared.unpersist();
  }

  /** What a task makes of a unit. */
  interface Engine extends Serializable {
    UnitCommit evaluate(
        String runId,
        SharedPlan plan,
        Measure.Quality measure,
        SharedPlan.Place place,
        String attempt);
  }

  /** Ids of what is committed then, in the order of {@code units}. */
  List<String> quality(List<Unit> units, Measure.Quality measure, Progress progress) {
    return quality(units, measure, progress, UnitJobs::evaluate);
  }

  List<String> quality(
      List<Unit> units, Measure.Quality measure, Progress progress, Engine engine) {
    String runId = run.runId();
    Broadcast<SharedPlan> plans = shared;
    List<SharedPlan.Place> places = plan.places(units);
    List<Callable<String>> jobs = new ArrayList<>();
    for (int i = 0; i < units.size(); i++) {
      Unit unit = units.get(i);
      SharedPlan.Place place = places.get(i);
      jobs.add(
          () -> {
            return once(
                unit.id(),
                (long) unit.images() * unit.group().trials().size(),
                progress,
                attempt ->
                    job(
                        "quality " + unit.id(),
                        place,
                        work -> engine.evaluate(runId, plans.value(), measure, work, attempt)));
          });
    }
    return inParallel(jobs, JOBS_OF_A_SLOT * spark.defaultParallelism());
  }

  private static UnitCommit evaluate(
      String runId,
      SharedPlan plan,
      Measure.Quality measure,
      SharedPlan.Place place,
      String attempt) {
    return new QualityTask(
            runId, plan.pixels().source().images(), plan.pixels(), plan.bad(), measure)
        .run(plan.unit(place), Path.of(attempt));
  }

  /**
   * Ids of what is committed then, by session and then in the order of the groups; one group at a
   * time, nothing else running. A single session runs where all units run, several in a process
   * each.
   */
  List<String> throughput(Measure.Throughput measure, int threads, Progress progress) {
    List<Integer> good = inventory.goodIndices();
    List<Integer> images = List.copyOf(good.subList(0, Math.min(good.size(), measure.batchSize())));
    List<Callable<String>> jobs = new ArrayList<>();
    String runId = run.runId();
    Broadcast<SharedPlan> plans = shared;
    for (int session = 0; session < measure.sessions(); session++) {
      for (int i = 0; i < plan.groups().size(); i++) {
        Group group = plan.groups().get(i);
        int place = i;
        int rank = session;
        String unitId = timingUnit(group, session, measure.sessions());
        jobs.add(
            () -> {
              return once(
                  unitId,
                  passes(group, measure) * measure.batchSize(),
                  progress,
                  attempt ->
                      job(
                          unitId,
                          place,
                          work ->
                              time(
                                  new SessionProcess.Work(
                                      runId,
                                      unitId,
                                      rank,
                                      plans.value().groups().get(work),
                                      measure,
                                      threads,
                                      plans.value().pixels(),
                                      images,
                                      attempt))));
            });
      }
    }
    return inParallel(jobs, 1);
  }

  private static UnitCommit time(SessionProcess.Work work) {
    return work.measure().sessions() == 1 ? work.run() : SessionProcess.run(work, System.err);
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

  private interface Attempt {
    UnitCommit at(String folder);
  }

  /** Returns the id; the commit itself is on disk, where the summary finds it. */
  private String once(String unitId, long images, Progress progress, Attempt attempt) {
    Optional<UnitCommit> committed = run.committed(unitId);
    if (committed.isPresent()) {
      progress.keep(images);
      return unitId;
    }
    Path folder = run.newAttempt(unitId);
    UnitCommit result = attempt.at(folder.toAbsolutePath().toString());
    run.commit(folder, result);
    progress.add(images);
    return unitId;
  }

  private <W> UnitCommit job(String name, W work, Function<W, UnitCommit> task) {
    spark.setJobGroup(name, name, true);
    return OneTask.run(spark, work, task, UnitCommit.class);
  }

  private static List<String> inParallel(List<Callable<String>> jobs, int width) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            width,
            runnable -> {
              Thread thread = new Thread(runnable, "unit-job");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<String>> futures = new ArrayList<>();
      jobs.forEach(job -> futures.add(threads.submit(job)));
      List<String> results = new ArrayList<>();
      for (Future<String> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw cause(e);
    } finally {
      end(threads);
    }
  }

  /** Ends the waiting jobs and gives those at work a minute to finish. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    try {
      threads.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The user's mistake if there is one behind it, otherwise the failure as it is. */
  private static RuntimeException cause(ExecutionException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidInputException invalid) {
        return invalid;
      }
    }
    return new IllegalStateException(
        "a unit failed: " + FailureReason.of(failure.getCause()), failure.getCause());
  }
}
