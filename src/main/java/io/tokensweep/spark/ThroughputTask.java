package io.tokensweep.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.eval.Forward;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.store.TableWriter;
import io.tokensweep.store.Tables;
import io.tokensweep.store.TimingRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times the trials of a group, each alone: in every round each trial runs one batch, in an order
 * shuffled anew, so that a machine that slows down slows all of them. Pixels are ready before the
 * clock starts; it stops when the logits are in Java memory.
 */
final class ThroughputTask {
  private final String runId;
  private final Measure.Throughput measure;
  private final int threads;

  /**
   * @param threads engine threads of this process, as it was started
   */
  ThroughputTask(String runId, Measure.Throughput measure, int threads) {
    this.runId = runId;
    this.measure = measure;
    this.threads = threads;
  }

  /**
   * @param all images of the data set
   * @param images images that can be decoded; the batch takes the first ones, again and again if
   *     they are too few
   */
  UnitCommit run(
      String unitId,
      Group group,
      List<ImageEntry> all,
      PixelBatch.Pixels pixels,
      List<Integer> images,
      Path attempt) {
    EngineThreads.use(threads);
    VisionTransformer network = Networks.of(group.setting());
    List<Integer> batchImages = new ArrayList<>();
    for (int i = 0; i < measure.batchSize(); i++) {
      batchImages.add(images.get(i % images.size()));
    }
    PixelBatch batch = PixelBatch.load(all, batchImages, group.setting().view(), pixels);
    Map<Trial, List<Double>> seconds = new LinkedHashMap<>();
    Map<Trial, String> failures = new LinkedHashMap<>();
    group.trials().forEach(trial -> seconds.put(trial, new ArrayList<>()));
    List<TimingRow> rows = new ArrayList<>();
    Random orders = new Random(0);
    for (int round = -measure.warmup(); round < measure.repeats(); round++) {
      List<Trial> order = shuffled(group.trials(), orders);
      for (int position = 0; position < order.size(); position++) {
        Trial trial = order.get(position);
        if (failures.containsKey(trial)) {
          continue;
        }
        try {
          double elapsed = time(network, trial, batch);
          if (round >= 0) {
            seconds.get(trial).add(elapsed);
            rows.add(row(unitId, trial, round, position, elapsed));
          }
        } catch (RuntimeException e) {
          failures.put(trial, FailureReason.of(e));
        }
      }
    }
    write(rows, attempt);
    List<UnitCommit.ThroughputSample> samples = new ArrayList<>();
    seconds.forEach(
        (trial, values) ->
            samples.add(
                new UnitCommit.ThroughputSample(
                    trial.id().value(),
                    measure.batchSize(),
                    threads,
                    values,
                    failures.getOrDefault(trial, ""))));
    return new UnitCommit(unitId, List.of(), samples);
  }

  static <T> List<T> shuffled(List<T> items, Random orders) {
    List<T> order = new ArrayList<>(items);
    Collections.shuffle(order, orders);
    return order;
  }

  private static double time(VisionTransformer network, Trial trial, PixelBatch batch) {
    Forward forward = new Forward(network, trial.reductions(), Forward.Observer.NONE);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray pixels = batch.toArray(manager);
      long start = System.nanoTime();
      float[] logits = forward.logits(pixels, batch.keys()).toFloatArray();
      long end = System.nanoTime();
      if (logits.length == 0) {
        throw new IllegalStateException("no logits");
      }
      return (end - start) / 1e9;
    }
  }

  private TimingRow row(String unitId, Trial trial, int round, int position, double elapsed) {
    return new TimingRow(
        runId, trial.id().value(), unitId, round, position, measure.batchSize(), threads, elapsed);
  }

  private static void write(List<TimingRow> rows, Path attempt) {
    try (TableWriter<TimingRow> timings =
        new TableWriter<>(Tables.TIMINGS, attempt.resolve("timings/part-0.parquet"))) {
      rows.forEach(timings::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
