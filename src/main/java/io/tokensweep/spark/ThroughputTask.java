package io.tokensweep.spark;

import ai.djl.ndarray.NDManager;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.eval.Evaluator;
import io.tokensweep.eval.Outcome;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.eval.Variant;
import io.tokensweep.spark.device.ArithmeticLimits;
import io.tokensweep.store.Bootstrap;
import io.tokensweep.store.Table;
import io.tokensweep.store.TableWriter;
import io.tokensweep.store.Tables;
import io.tokensweep.store.TimingRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.store.UnitCommit.Audit;
import io.tokensweep.store.UnitCommit.Speed;
import io.tokensweep.store.UnitCommit.ThroughputSample;
import io.tokensweep.store.UnitCommit.Warmup;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * One session of a group: times its trials and the unreduced network, each alone, in {@link
 * Rounds}; first batches, then single images, then their memory. At the end the timed logits are
 * compared with those of the shared evaluation of the same batch, and the speed with what the
 * device can do.
 */
final class ThroughputTask {
  private static final int WATCHED_PASSES = 2;

  private final String runId;
  private final Measure.Throughput measure;
  private final int threads;
  private final int session;
  private final TaskDevice device;
  private final ArithmeticLimits limits;

  /**
   * @param threads of the engine while it is timed
   * @param session rank of the session; each has orders of its own
   * @param device what is timed
   * @param limits of the device
   */
  ThroughputTask(
      String runId,
      Measure.Throughput measure,
      int threads,
      int session,
      TaskDevice device,
      ArithmeticLimits limits) {
    this.runId = runId;
    this.measure = measure;
    this.threads = threads;
    this.session = session;
    this.device = device;
    this.limits = limits;
  }

  /**
   * @param all images of the data set
   * @param images images that can be decoded; the batch takes the first ones, again and again if
   *     they are too few
   * @param attempt empty folder for the rows
   */
  UnitCommit run(
      String unitId,
      Group group,
      List<ImageEntry> all,
      PixelBatch.Pixels pixels,
      List<Integer> images,
      Path attempt) {
    EngineThreads.use(threads);
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < measure.batchSize(); i++) {
      indices.add(images.get(i % images.size()));
    }
    Timing ready;
    try {
      ready = ready(unitId, group, all, indices, pixels);
    } catch (RuntimeException | OutOfMemoryError e) {
      if (FailureKind.of(e) != FailureKind.CONFIGURATION) {
        throw e;
      }
      write(Tables.TIMINGS, List.of(), attempt);
      return failed(
          unitId,
          group,
          BatchFit.reason(
              e,
              measure.batchSize(),
              size -> ready(unitId, group, all, indices.subList(0, size), pixels).close()));
    }
    try (Timing timing = ready) {
      timing.measure();
      write(Tables.TIMINGS, timing.batches(), attempt);
      if (!timing.singles.isEmpty()) {
        write(Tables.LATENCIES, timing.singles, attempt);
      }
      return UnitCommit.ofThroughput(unitId, timing.samples());
    }
  }

  /** With pixels and network in memory. */
  private Timing ready(
      String unitId,
      Group group,
      List<ImageEntry> all,
      List<Integer> indices,
      PixelBatch.Pixels pixels) {
    return new Timing(unitId, group, PixelBatch.load(all, indices, group.setting().view(), pixels));
  }

  /** Nothing could be timed. */
  private UnitCommit failed(String unitId, Group group, String reason) {
    return UnitCommit.ofThroughput(
        unitId,
        group.timed().stream().map(trial -> sample(trial, new Notes(trial), reason)).toList());
  }

  private ThroughputSample sample(Trial trial, Notes note, String error) {
    return new ThroughputSample(
        trial.id().value(),
        session,
        measure.batchSize(),
        threads,
        note.seconds,
        note.latencies,
        note.warmup,
        note.memory,
        note.audit,
        note.speed,
        error);
  }

  /** What is known of a trial so far. */
  private static final class Notes {
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> latencies = new ArrayList<>();
    private final List<Long> memory = new ArrayList<>();
    private final LogitAudit logits;
    private Warmup warmup = new Warmup(0, false);
    private Audit audit = new Audit(0, 0, 0, "");
    private Speed speed = new Speed(0, 0);

    Notes(Trial trial) {
      logits = new LogitAudit(trial.model().architecture().classes(), trial.precision());
    }
  }

  /** The work on one group. */
  private final class Timing implements AutoCloseable {
    private final Networks.Lease network;
    private final String unitId;
    private final PixelBatch batch;
    private final TimedForward forward;
    private final Rounds rounds;
    private final Trial baseline;
    private final Map<Trial, Notes> notes = new LinkedHashMap<>();
    private final List<TimingRow> round = new ArrayList<>();
    private final List<TimingRow> batches = new ArrayList<>();
    private final List<TimingRow> singles = new ArrayList<>();

    Timing(String unitId, Group group, PixelBatch batch) {
      this.unitId = unitId;
      this.batch = batch;
      this.network = Networks.of(group.setting(), device.engine());
      this.forward = new TimedForward(network.network());
      this.rounds =
          new Rounds(
              group.timed(),
              session,
              (trial, thrown) ->
                  BatchFit.reason(
                      thrown, batch.size(), size -> forward.run(trial, batch.first(size))));
      this.baseline = group.baseline();
      group.timed().forEach(trial -> notes.put(trial, new Notes(trial)));
    }

    void measure() {
      warmUp(batch).forEach((trial, warmup) -> notes.get(trial).warmup = warmup);
      RoundConditions conditions = new RoundConditions(device);
      rounds.run(measure.repeats(), this::timeBatch, () -> endRound(conditions.sinceLast()));
      if (measure.latencyRepeats() > 0) {
        warmUp(batch.image(0));
        rounds.run(measure.latencyRepeats(), this::timeImage);
      }
      rounds.run(WATCHED_PASSES, this::watch);
      audit();
      judge();
    }

    /** Batches until times are stable, at least and at most as many as the sweep says. */
    private Map<Trial, Warmup> warmUp(PixelBatch pixels) {
      Map<Trial, List<Double>> seconds = new HashMap<>();
      notes.keySet().forEach(trial -> seconds.put(trial, new ArrayList<>()));
      List<Trial> waiting = List.copyOf(notes.keySet());
      for (int round = 0; round < measure.warmupLimit() && !waiting.isEmpty(); round++) {
        int least = measure.warmup();
        rounds.run(
            waiting,
            round,
            (trial, same, position) ->
                seconds.get(trial).add(forward.run(trial, pixels).seconds()));
        waiting =
            waiting.stream()
                .filter(trial -> rounds.failure(trial).isEmpty())
                .filter(
                    trial ->
                        seconds.get(trial).size() < least
                            || !Stability.isReached(seconds.get(trial)))
                .toList();
      }
      Map<Trial, Warmup> warmups = new HashMap<>();
      seconds.forEach(
          (trial, times) ->
              warmups.put(trial, new Warmup(times.size(), Stability.isReached(times))));
      return warmups;
    }

    private void timeBatch(Trial trial, int round, int position) {
      TimedForward.Pass pass = forward.run(trial, batch);
      Notes note = notes.get(trial);
      note.seconds.add(pass.seconds());
      note.logits.add(pass.logits());
      this.round.add(row(trial, round, position, measure.batchSize(), pass.seconds()));
    }

    private void endRound(TimingRow.Conditions conditions) {
      round.forEach(row -> batches.add(row.under(conditions)));
      round.clear();
    }

    private void timeImage(Trial trial, int round, int position) {
      double seconds = forward.run(trial, batch.image(round % batch.size())).seconds();
      notes.get(trial).latencies.add(seconds);
      singles.add(row(trial, round, position, 1, seconds));
    }

    private TimingRow row(Trial trial, int round, int position, int images, double seconds) {
      return new TimingRow(
          runId,
          trial.id().value(),
          unitId,
          new TimingRow.Turn(session, round, position, trial.equals(baseline)),
          images,
          threads,
          seconds,
          OptionalLong.empty(),
          TimingRow.Conditions.UNKNOWN);
    }

    /** Every timed batch, with the memory of its trial. */
    List<TimingRow> batches() {
      Map<String, OptionalLong> memory = new HashMap<>();
      notes.forEach(
          (trial, note) ->
              memory.put(
                  trial.id().value(), note.memory.stream().mapToLong(Long::longValue).min()));
      return batches.stream().map(row -> row.growing(memory.get(row.trialId()))).toList();
    }

    private void watch(Trial trial, int round, int position) {
      OptionalLong bytes = PeakMemory.of(device.engine(), () -> forward.run(trial, batch));
      bytes.ifPresent(notes.get(trial).memory::add);
    }

    /** One shared pass over the timed batch, of all that were timed. */
    private void audit() {
      List<Trial> timed =
          notes.keySet().stream().filter(trial -> rounds.failure(trial).isEmpty()).toList();
      try {
        evaluate(timed);
      } catch (RuntimeException | OutOfMemoryError e) {
        timed.forEach(this::auditAlone);
      }
    }

    private void auditAlone(Trial trial) {
      try {
        evaluate(List.of(trial));
      } catch (RuntimeException | OutOfMemoryError e) {
        if (!FailureKind.of(e).isOfTrial()) {
          throw e;
        }
        notes.get(trial).audit =
            new Audit(0, 0, 0, "the shared evaluation failed: " + FailureReason.of(e));
      }
    }

    private void evaluate(List<Trial> trials) {
      Map<String, Trial> byId = new LinkedHashMap<>();
      trials.forEach(trial -> byId.put(trial.id().value(), trial));
      List<Variant> variants =
          trials.stream()
              .map(
                  trial ->
                      new Variant(trial.id().value(), trial.reductions(), trial.diversityBlock()))
              .toList();
      try (NDManager manager = NDManager.newBaseManager(device.engine())) {
        new Evaluator(forward.network(), variants, false)
            .evaluate(
                batch.toArray(manager),
                batch.keys(),
                (variant, outcome) -> audit(byId.get(variant.trialId()), outcome));
      }
    }

    private void audit(Trial trial, Outcome outcome) {
      LogitAudit.Finding finding = notes.get(trial).logits.compare(outcome.logits());
      double macs =
          IntStream.range(0, batch.size())
              .mapToLong(image -> UnitTotals.macs(trial, outcome.flow(), image))
              .average()
              .orElseThrow();
      notes.get(trial).audit =
          new Audit(batch.size(), macs, finding.difference(), finding.problem());
    }

    /** Measures what the device can do, anew where a trial seems faster. */
    private void judge() {
      notes.forEach(
          (trial, note) -> {
            if (!note.seconds.isEmpty()) {
              double rate =
                  note.audit.macs()
                      * measure.batchSize()
                      / Bootstrap.percentile(
                          note.seconds.stream().mapToDouble(Double::doubleValue).toArray(), 50);
              note.speed = new Speed(rate, limit(trial, rate));
            }
          });
    }

    /** 0 if it cannot be measured, for example because memory is short. */
    private double limit(Trial trial, double rate) {
      try {
        limits.judge(trial.precision(), rate);
        return limits.of(trial.precision()).macsPerSecond();
      } catch (RuntimeException | OutOfMemoryError e) {
        if (!FailureKind.of(e).isOfTrial()) {
          throw e;
        }
        return 0;
      }
    }

    @Override
    public void close() {
      network.close();
    }

    List<ThroughputSample> samples() {
      List<ThroughputSample> samples = new ArrayList<>();
      notes.forEach((trial, note) -> samples.add(sample(trial, note, rounds.failure(trial))));
      return samples;
    }
  }

  private static void write(Table<TimingRow> table, List<TimingRow> rows, Path attempt) {
    try (TableWriter<TimingRow> writer =
        new TableWriter<>(table, attempt.resolve(table.name() + "/part-0.parquet"))) {
      rows.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
