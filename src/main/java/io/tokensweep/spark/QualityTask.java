package io.tokensweep.spark;

import ai.djl.ndarray.NDManager;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.data.View;
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

  /**
   * @param images of the data set
   * @param badImages indices of images that cannot be decoded
   */
  QualityTask(
      String runId,
      List<ImageEntry> images,
      PixelBatch.Pixels pixels,
      Set<Integer> badImages,
      Measure.Quality measure) {
    this.runId = runId;
    this.images = images;
    this.pixels = pixels;
    this.badImages = badImages;
    this.measure = measure;
  }

  /**
   * @param attempt empty folder for the rows
   */
  UnitCommit run(Unit unit, Path attempt) {
    EngineThreads.use(EngineThreads.perSlot());
    VisionTransformer network = Networks.of(unit.group().setting());
    Map<Trial, String> failures = new LinkedHashMap<>();
    while (true) {
      List<Trial> trials =
          unit.group().trials().stream().filter(trial -> !failures.containsKey(trial)).toList();
      try {
        return evaluate(unit, network, trials, failures, attempt);
      } catch (TrialFailure failure) {
        failures.put(failure.trial(), failure.getMessage());
      }
    }
  }

  private UnitCommit evaluate(
      Unit unit,
      VisionTransformer network,
      List<Trial> trials,
      Map<Trial, String> failures,
      Path attempt) {
    Map<String, UnitTotals> totals = new LinkedHashMap<>();
    trials.forEach(
        trial -> totals.put(trial.id().value(), new UnitTotals(runId, unit.id(), trial)));
    try (UnitTables tables = new UnitTables(attempt, measure.sources())) {
      View view = unit.group().setting().view();
      Ahead.forEach(
          batches(unit),
          indices -> PixelBatch.load(images, indices, view, pixels),
          batch ->
              forward(
                  network,
                  trials,
                  batch,
                  (variant, outcome) ->
                      totals.get(variant.trialId()).add(batch, variant, outcome, tables)));
      totals.values().forEach(total -> total.layers().forEach(tables::write));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<UnitCommit.QualityTotals> results = new ArrayList<>();
    totals.values().forEach(total -> results.add(total.result()));
    failures.forEach((trial, reason) -> results.add(UnitTotals.failed(trial, reason)));
    return new UnitCommit(unit.id(), results, List.of());
  }

  /** Batches at fixed places in the data set, whatever the unit; bad images are left out. */
  private List<List<Integer>> batches(Unit unit) {
    List<List<Integer>> batches = new ArrayList<>();
    int batchSize = measure.batchSize();
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

  private void forward(
      VisionTransformer network,
      List<Trial> trials,
      PixelBatch batch,
      BiConsumer<Variant, Outcome> sink) {
    try (NDManager manager = NDManager.newBaseManager()) {
      new Evaluator(network, trials.stream().map(QualityTask::variant).toList(), measure.sources())
          .evaluate(batch.toArray(manager), batch.keys(), sink);
    } catch (TrialFailure | UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      throw blame(network, trials, batch, e);
    }
  }

  /** Runs the trials one by one to see which of them fails. */
  private RuntimeException blame(
      VisionTransformer network, List<Trial> trials, PixelBatch batch, RuntimeException failure) {
    for (Trial trial : trials) {
      try (NDManager manager = NDManager.newBaseManager()) {
        new Evaluator(network, List.of(variant(trial)), measure.sources())
            .evaluate(batch.toArray(manager), batch.keys(), (variant, outcome) -> {});
      } catch (RuntimeException e) {
        return new TrialFailure(trial, e);
      }
    }
    return failure;
  }

  private static Variant variant(Trial trial) {
    return new Variant(trial.id().value(), trial.reductions(), trial.diversityBlock());
  }

  private static final class TrialFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Trial trial;

    TrialFailure(Trial trial, RuntimeException cause) {
      super(FailureReason.of(cause), cause);
      this.trial = trial;
    }

    Trial trial() {
      return trial;
    }
  }
}
