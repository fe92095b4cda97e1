package io.tokensweep.spark;

import ai.djl.ndarray.NDManager;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.eval.Evaluator;
import io.tokensweep.eval.Outcome;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.eval.Variant;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Trial;
import io.tokensweep.sweep.Unit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Evaluates all trials of one unit in one pass over its images and writes their rows. Runs on an
 * executor; a trial that cannot be evaluated is left out with its reason and does not take the
 * others with it.
 */
final class QualityTask {
  private final String runId;
  private final List<ImageEntry> images;
  private final PixelBatch.Pixels pixels;
  private final Set<Integer> badImages;
  private final Measure.Quality measure;
  private final TaskDevice device;

  /**
   * @param images of the data set
   * @param badImages indices of images that cannot be decoded
   * @param device that the task holds
   */
  QualityTask(
      String runId,
      List<ImageEntry> images,
      PixelBatch.Pixels pixels,
      Set<Integer> badImages,
      Measure.Quality measure,
      TaskDevice device) {
    this.runId = runId;
    this.images = images;
    this.pixels = pixels;
    this.badImages = badImages;
    this.measure = measure;
    this.device = device;
  }

  /**
   * @param attempt empty folder for the rows
   */
  UnitCommit run(Unit unit, Path attempt) {
    EngineThreads.use(EngineThreads.perSlot());
    Networks.Lease network;
    try {
      network = Networks.of(unit.group().setting(), device.engine());
    } catch (RuntimeException | OutOfMemoryError e) {
      if (FailureKind.of(e) != FailureKind.CONFIGURATION) {
        throw e;
      }
      return nothing(unit, FailureReason.of(e), attempt);
    }
    try (network) {
      return run(unit, network.network(), attempt);
    }
  }

  /** There is no network to evaluate: that is the failure of all its trials. */
  private UnitCommit nothing(Unit unit, String reason, Path attempt) {
    try {
      new UnitTables(attempt, measure.sources()).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return UnitCommit.ofQuality(
        unit.id(),
        unit.group().trials().stream().map(trial -> UnitTotals.failed(trial, reason)).toList(),
        0);
  }

  private UnitCommit run(Unit unit, VisionTransformer network, Path attempt) {
    Map<Trial, String> failures = new LinkedHashMap<>();
    boolean shared = true;
    while (true) {
      List<Trial> trials =
          unit.group().trials().stream().filter(trial -> !failures.containsKey(trial)).toList();
      try {
        return evaluate(unit, network, trials, shared, failures, attempt);
      } catch (TrialFailure failure) {
        failures.put(failure.trial(), failure.getMessage());
      } catch (TooMuchTogether e) {
        shared = false;
      } catch (BatchTooLarge e) {
        for (Trial trial : trials) {
          failures.put(
              trial,
              BatchFit.reason(
                  e,
                  measure.batchSize(),
                  size -> passAlone(network, trial, load(unit, batches(unit, size).get(0)))));
        }
      }
    }
  }

  private PixelBatch load(Unit unit, List<Integer> indices) {
    try {
      return PixelBatch.load(images, indices, unit.group().setting().view(), pixels);
    } catch (RuntimeException | OutOfMemoryError e) {
      if (OutOfMemory.behind(e).isPresent()) {
        throw new BatchTooLarge(e);
      }
      throw e;
    }
  }

  private UnitCommit evaluate(
      Unit unit,
      VisionTransformer network,
      List<Trial> trials,
      boolean shared,
      Map<Trial, String> failures,
      Path attempt) {
    List<List<Trial>> passes =
        shared && !trials.isEmpty() ? List.of(trials) : trials.stream().map(List::of).toList();
    Map<String, UnitTotals> totals = new LinkedHashMap<>();
    trials.forEach(
        trial -> totals.put(trial.id().value(), new UnitTotals(runId, unit.id(), trial)));
    AtomicLong macs = new AtomicLong();
    try (UnitTables tables = new UnitTables(attempt, measure.sources())) {
      Ahead.forEach(
          passes.isEmpty() ? List.of() : batches(unit, measure.batchSize()),
          indices -> load(unit, indices),
          batch ->
              passes.forEach(
                  together ->
                      macs.addAndGet(
                          forward(
                              network,
                              together,
                              batch,
                              (variant, outcome) ->
                                  write(
                                      () ->
                                          totals
                                              .get(variant.trialId())
                                              .add(batch, variant, outcome, tables))))));
      totals.values().forEach(total -> total.layers().forEach(tables::write));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<UnitCommit.QualityTotals> results = new ArrayList<>();
    totals.values().forEach(total -> results.add(total.result()));
    failures.forEach((trial, reason) -> results.add(UnitTotals.failed(trial, reason)));
    return UnitCommit.ofQuality(unit.id(), results, macs.doubleValue());
  }

  /** Batches at fixed places in the data set, whatever the unit; bad images are left out. */
  private List<List<Integer>> batches(Unit unit, int batchSize) {
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = unit.from(); from < unit.to(); from += batchSize) {
      List<Integer> batch = new ArrayList<>();
      for (int i = from; i < Math.min(from + batchSize, unit.to()); i++) {
        if (!badImages.contains(i)) {
          batch.add(i);
        }
      }
      if (!batch.isEmpty()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  /** MACs computed. */
  private long forward(
      VisionTransformer network,
      List<Trial> trials,
      PixelBatch batch,
      BiConsumer<Variant, Outcome> sink) {
    try {
      return pass(network, trials, batch, sink);
    } catch (WriteFailure e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      if (!FailureKind.of(e).isOfTrial()) {
        throw e;
      }
      throw blame(network, trials, batch, e);
    }
  }

  private static void write(Runnable rows) {
    try {
      rows.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new WriteFailure(e);
    }
  }

  private long pass(
      VisionTransformer network,
      List<Trial> trials,
      PixelBatch batch,
      BiConsumer<Variant, Outcome> sink) {
    try (NDManager manager = NDManager.newBaseManager(device.engine())) {
      return new Evaluator(
              network, trials.stream().map(QualityTask::variant).toList(), measure.sources())
          .evaluate(batch.toArray(manager), batch.keys(), sink);
    }
  }

  /**
   * Finds the trial that fails: the first that fails alone. If memory was short for all together
   * and is not for any of them alone, nobody is to blame.
   */
  private RuntimeException blame(
      VisionTransformer network, List<Trial> trials, PixelBatch batch, Throwable failure) {
    boolean shortOfMemory = OutOfMemory.behind(failure).isPresent();
    if (trials.size() == 1 && shortOfMemory) {
      return failed(network, trials.get(0), batch, failure);
    }
    for (Trial trial : trials) {
      try {
        passAlone(network, trial, batch);
      } catch (RuntimeException | OutOfMemoryError e) {
        if (!FailureKind.of(e).isOfTrial()) {
          throw e;
        }
        return failed(network, trial, batch, e);
      }
    }
    if (shortOfMemory) {
      return new TooMuchTogether(failure);
    }
    return new IllegalStateException(FailureReason.of(failure), failure);
  }

  private void passAlone(VisionTransformer network, Trial trial, PixelBatch batch) {
    pass(network, List.of(trial), batch, (variant, outcome) -> {});
  }

  private TrialFailure failed(
      VisionTransformer network, Trial trial, PixelBatch batch, Throwable failure) {
    return new TrialFailure(
        trial,
        BatchFit.reason(
            failure, batch.size(), size -> passAlone(network, trial, batch.first(size))),
        failure);
  }

  static Variant variant(Trial trial) {
    return new Variant(trial.id().value(), trial.reductions(), trial.diversityBlock());
  }

  private static final class TrialFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Trial trial;

    TrialFailure(Trial trial, String reason, Throwable cause) {
      super(reason, cause);
      this.trial = trial;
    }

    Trial trial() {
      return trial;
    }
  }

  /** Memory was short for the pixels of a batch, ahead of any network. */
  private static final class BatchTooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BatchTooLarge(Throwable cause) {
      super(FailureReason.of(cause), cause);
    }
  }

  /** Rows could not be noted or written: no trial's fault. */
  private static final class WriteFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WriteFailure(Throwable cause) {
      super(FailureReason.of(cause), cause);
    }
  }

  /** The trials fit into memory one by one only. They are evaluated so; results are the same. */
  private static final class TooMuchTogether extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuchTogether(Throwable cause) {
      super(cause);
    }
  }
}
