package io.tokensweep.train;

import io.tokensweep.data.RgbImage;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.data.Transform;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Batches of consecutive images, drawn by a background thread ahead of their use. */
final class BatchStream implements AutoCloseable {
  private static final int AHEAD = 4;
  private static final Transform TRANSFORM = Transform.named("deit");

  private final ExecutorService renderer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "render");
            thread.setDaemon(true);
            return thread;
          });
  private final Deque<Future<Batch>> ahead = new ArrayDeque<>();
  private final IntFunction<Batch> batches;
  private final int end;
  private int next;

  private BatchStream(IntFunction<Batch> batches, int start, int end) {
    this.batches = batches;
    this.next = start;
    this.end = end;
    fill();
  }

  /** The batches of all steps from {@code start} on, augmented. */
  static BatchStream training(Recipe recipe, int start) {
    ShapesSource source = recipe.trainImages();
    int resolution = recipe.architecture().imageSize();
    return new BatchStream(
        step ->
            batch(
                source,
                step * recipe.batch(),
                (step + 1) * recipe.batch(),
                resolution,
                index ->
                    Augmentation.apply(
                        source.load(index, TRANSFORM, resolution),
                        Randomness.of(recipe.seed(), "augmentation", index))),
        start,
        recipe.steps());
  }

  /** All images of a source, at most {@code size} at a time. */
  static BatchStream evaluation(ShapesSource source, int resolution, int size) {
    int count = source.count();
    return new BatchStream(
        i ->
            batch(
                source,
                i * size,
                Math.min(count, (i + 1) * size),
                resolution,
                index -> source.load(index, TRANSFORM, resolution)),
        0,
        (count + size - 1) / size);
  }

  boolean hasNext() {
    return !ahead.isEmpty();
  }

  Batch next() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try {
      return ahead.remove().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an image could not be drawn", e.getCause());
    } finally {
      fill();
    }
  }

  private void fill() {
    while (next < end && ahead.size() < AHEAD) {
      int index = next++;
      ahead.add(renderer.submit(() -> batches.apply(index)));
    }
  }

  private static Batch batch(
      ShapesSource source, int from, int to, int resolution, IntFunction<RgbImage> images) {
    int values = 3 * resolution * resolution;
    float[] pixels = new float[(to - from) * values];
    int[] labels = new int[to - from];
    for (int i = 0; i < labels.length; i++) {
      TRANSFORM.normalise(images.apply(from + i), pixels, i * values);
      labels[i] = source.images().get(from + i).label();
    }
    return new Batch(resolution, pixels, labels);
  }

  @Override
  public void close() {
    renderer.shutdownNow();
  }
}
