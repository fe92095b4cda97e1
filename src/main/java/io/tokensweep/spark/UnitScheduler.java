package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;
import io.tokensweep.spark.DeviceTask.Answer;
import io.tokensweep.spark.DeviceTask.Assignment;
import io.tokensweep.spark.DeviceTask.Done;
import io.tokensweep.spark.DeviceTask.Ended;
import io.tokensweep.store.OpenRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Runs the units of a stage: each bundle of {@link UnitQueue} as a Spark job of one task, twice as
 * many jobs as there are slots, so that a slot which ends finds the next task waiting. Each unit is
 * committed as it comes back. What fails for a machine's sake is done again, after a while and a
 * bounded number of times.
 */
final class UnitScheduler<W> {
  /** Each of them after the tries of Spark itself, see {@code spark.task.maxFailures}. */
  private static final int TRIES = 6;

  /** A unit that takes every device with it is to blame itself. */
  private static final int DEVICE_TRIES = 2;

  /** Before the first, the second, … repetition. */
  private static final List<Long> PAUSES_SECONDS = List.of(1L, 3L, 10L, 30L, 60L);

  private static final long LOOK_MILLIS = 200;
  private static final long SLOTS_SECONDS = 2;
  private static final int MOST_JOBS = 4096;
  private static final int MOST_UNITS = 64;
  private static final long STACK_BYTES = 1 << 18;

  private final JavaSparkContext spark;
  private final OpenRun run;
  private final DeviceTask<W> task;
  private final DeviceUse.Stage stage;
  private final RunCounters counters;
  private final Progress progress;
  private final UnitQueue<W> queue;
  private final Affinity affinity = new Affinity();
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final int units;
  private long looked = System.nanoTime();
  private volatile Slots slots;
  private volatile Optional<ResourceProfile> profile;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  /**
   * @param pieces that are not committed yet
   */
  UnitScheduler(
      JavaSparkContext spark,
      OpenRun run,
      DeviceUse.Stage stage,
      DeviceTask.Work<W> work,
      List<Piece<W>> pieces,
      RunCounters counters,
      Progress progress) {
    this.spark = spark;
    this.run = run;
    this.stage = stage;
    this.task = new DeviceTask<>(stage, work);
    this.counters = counters;
    this.progress = progress;
    this.queue = new UnitQueue<>(pieces, mostUnits(stage));
    this.units = pieces.size();
    this.slots = Slots.of(spark.sc());
    this.profile = profile(slots);
  }

  /**
   * Runs all.
   *
   * @throws InvalidInputException if a unit cannot be measured with what the user gave
   * @throws UnfinishedException if machines failed too often
   */
  void run() {
    ExecutorService jobs =
        Executors.newCachedThreadPool(
            runnable -> {
              Thread thread = new Thread(null, runnable, "unit-job", STACK_BYTES);
              thread.setDaemon(true);
              return thread;
            });
    try {
      int started = 0;
      while (done.size() < units && failure.isEmpty()) {
        for (; started < Math.min(inFlight(), units); started++) {
          jobs.execute(this::work);
        }
        await();
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      end(jobs);
    }
    failure.ifPresent(
        thrown -> {
          throw thrown;
        });
  }

  private Optional<ResourceProfile> profile(Slots some) {
    return some.profile(stage, spark.getConf().getInt("spark.task.cpus", 1));
  }

  /** Executors come and go. Spark keeps each profile for ever, so there is a new one if need be. */
  private void look() {
    long now = System.nanoTime();
    if (now - looked < TimeUnit.SECONDS.toNanos(SLOTS_SECONDS)) {
      return;
    }
    looked = now;
    Slots found = slots.refreshed(spark.sc());
    if (found.cores() != slots.cores() || found.gpus() != slots.gpus()) {
      profile = profile(found);
    }
    slots = found;
  }

  /** Those that are timed stay apart. */
  private static int mostUnits(DeviceUse.Stage stage) {
    return switch (stage) {
      case QUALITY -> MOST_UNITS;
      case THROUGHPUT -> 1;
    };
  }

  private int inFlight() {
    int width = slots.width(stage);
    return Math.min(
        MOST_JOBS,
        switch (stage) {
          case QUALITY -> 2 * width;
          case THROUGHPUT -> width;
        });
  }

  /** Ends early if all is done or the run fails. */
  private synchronized void await() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    while (done.size() < units && failure.isEmpty() && System.nanoTime() < end) {
      wait(LOOK_MILLIS);
    }
  }

  /** Ends early if the run does. */
  private synchronized void pause(long seconds) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (failure.isEmpty() && System.nanoTime() < end) {
      wait(LOOK_MILLIS);
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  /** One job after the other until all units are done. */
  private void work() {
    try {
      while (done.size() < units && failure.isEmpty()) {
        List<Piece<W>> bundle = queue.next(slots.width(stage));
        if (bundle.isEmpty()) {
          await(); // one of those at work may fail and come back
        } else {
          attempt(bundle);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fail(e instanceof RuntimeException thrown ? thrown : new IllegalStateException(e));
    } finally {
      wake();
    }
  }

  private synchronized void fail(RuntimeException thrown) {
    if (failure.isEmpty()) {
      failure = Optional.of(thrown);
    }
  }

  private void attempt(List<Piece<W>> bundle) throws InterruptedException {
    Path attempts = run.newAttempts();
    List<Answer> answers;
    try {
      answers = job(bundle, attempts);
    } catch (RuntimeException e) {
      retry(bundle, e);
      return;
    }
    try {
      for (int i = 0; i < answers.size(); i++) {
        accept(bundle.get(i), answers.get(i));
      }
    } catch (RuntimeException e) {
      counters.retried(1); // no task failed: the disk of this process did, if it is worth retrying
      retry(bundle, e);
      return;
    }
    bundle.subList(answers.size(), bundle.size()).forEach(queue::again);
    run.endAttempts(attempts);
  }

  private void accept(Piece<W> piece, Answer answer) {
    if (answer instanceof Ended ended) {
      throw ended.failure();
    }
    Done measured = (Done) answer;
    run.commit(Path.of(measured.attempt()), measured.commit());
    done.add(piece.unitId());
    queue.measured(piece, measured.seconds());
    affinity.note(piece.network(), measured.place());
    counters.done(measured.commit(), piece.images());
    progress.add(piece.images());
    wake();
  }

  /** What is not committed of a bundle goes back, or the run ends. */
  private void retry(List<Piece<W>> bundle, RuntimeException thrown) throws InterruptedException {
    FailureKind kind = FailureKind.of(thrown);
    List<Piece<W>> open = bundle.stream().filter(piece -> !done.contains(piece.unitId())).toList();
    if (!kind.isWorthRetrying() || spark.sc().isStopped() || failure.isPresent()) {
      throw end(thrown, kind);
    }
    int tries = open.stream().mapToInt(queue::failed).max().orElse(0);
    if (tries >= (kind == FailureKind.DEVICE ? DEVICE_TRIES : TRIES)) {
      throw new UnfinishedException(
          "unit %s failed %d times, the last time: %s; the same command goes on from what is committed"
              .formatted(open.get(0).unitId(), tries, FailureReason.of(root(thrown))),
          thrown);
    }
    long pause = PAUSES_SECONDS.get(tries - 1);
    progress.say(
        "unit %s failed (%s): %s; again in %d s"
            .formatted(open.get(0).unitId(), kind, FailureReason.of(root(thrown)), pause));
    pause(pause);
    open.forEach(queue::again);
  }

  /** The user's mistake if there is one behind it, otherwise the failure as it is. */
  private static RuntimeException end(RuntimeException thrown, FailureKind kind) {
    Throwable root = root(thrown);
    return switch (kind) {
      case CONFIGURATION, DATA -> new InvalidInputException(FailureReason.of(root), thrown);
      case INFRASTRUCTURE, DEVICE, DEFECT ->
          new IllegalStateException("a unit failed: " + FailureReason.of(root), thrown);
    };
  }

  /** What the task said, if it could say something. */
  private static Throwable root(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof TaskFailure || cause instanceof InvalidInputException) {
        return cause;
      }
    }
    return thrown;
  }

  private List<Answer> job(List<Piece<W>> bundle, Path attempts) {
    Piece<W> first = bundle.get(0);
    String more = bundle.size() == 1 ? "" : " and %d more".formatted(bundle.size() - 1);
    spark.setJobGroup(first.unitId(), first.title() + more, false);
    List<Assignment<W>> units =
        bundle.stream()
            .map(
                piece ->
                    new Assignment<>(
                        piece.unitId(),
                        piece.work(),
                        attempts.resolve(piece.unitId()).toAbsolutePath().toString()))
            .toList();
    JavaRDD<List<Assignment<W>>> data =
        placed(
            new ArrayList<>(units), affinity.of(first.network(), first.host(), slots.executors()));
    Optional<ResourceProfile> resources = profile;
    if (resources.isPresent()) {
      data = data.withResources(resources.get());
    }
    try {
      return OneTask.run(data, task);
    } catch (Exception e) { // Spark's own are checked and undeclared
      throw new IllegalStateException(FailureReason.of(e), e);
    }
  }

  private <T> JavaRDD<T> placed(T element, List<String> places) {
    Seq<Tuple2<T, Seq<String>>> elements = seq(List.of(new Tuple2<>(element, seq(places))));
    ClassTag<T> type = ClassTag$.MODULE$.apply(Object.class);
    return JavaRDD.fromRDD(spark.sc().makeRDD(elements, type), type);
  }

  private static <T> Seq<T> seq(List<T> elements) {
    return CollectionConverters.asScala(elements).toSeq();
  }

  /** Gives jobs at work a minute to finish; no more are handed out. */
  private static void end(ExecutorService jobs) {
    jobs.shutdown();
    try {
      jobs.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
