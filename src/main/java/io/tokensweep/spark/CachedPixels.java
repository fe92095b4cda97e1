package io.tokensweep.spark;

import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.data.ImageSource;
import io.tokensweep.data.PixelCache;
import io.tokensweep.data.View;
import io.tokensweep.eval.PixelBatch;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pixels of a data set on an executor: from the cache, and decoded anew where the cache has
 * lost them since it was filled.
 *
 * @param cache folder of all views
 * @param runId of the run that filled the cache
 * @param contents SHA-256 of the content of each image, empty where it cannot be read
 */
record CachedPixels(ImageSource source, String cache, String runId, List<String> contents)
    implements PixelBatch.Pixels, Serializable {
  /** What this process has open. */
  private static final Map<Opened, PixelCache> OPEN = new ConcurrentHashMap<>();

  private enum Stage {
    BEFORE_FILLING,
    FILLED
  }

  private record Opened(String cache, String runId, Stage stage, String view) {}

  @Override
  public byte[] of(ImageEntry entry, int index, View view) throws BadImageException {
    Optional<byte[]> cached = open(cache, runId, Stage.FILLED, view).find(contents.get(index));
    return cached.isPresent()
        ? cached.get()
        : source.load(index, view.transform(), view.resolution()).planes();
  }

  /** What there was of a view when the first task of a run in this process asked. */
  static PixelCache before(String cache, String runId, View view) {
    return open(cache, runId, Stage.BEFORE_FILLING, view);
  }

  private static PixelCache open(String cache, String runId, Stage stage, View view) {
    return OPEN.computeIfAbsent(
        new Opened(cache, runId, stage, view.key()),
        absent -> PixelCache.open(Path.of(cache), view));
  }

  /** Forgets what this process has open for a run; elsewhere it ends with the process. */
  static void close(String runId) {
    OPEN.keySet().removeIf(opened -> opened.runId.equals(runId));
  }
}
