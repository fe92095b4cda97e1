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
 * @param runId of the run that filled the cache: a later one opens it anew
 * @param contents SHA-256 of the content of each image, empty where it cannot be read
 */
record CachedPixels(ImageSource source, String cache, String runId, List<String> contents)
    implements PixelBatch.Pixels, Serializable {
  private static final Map<Opened, PixelCache> OPEN = new ConcurrentHashMap<>();

  private record Opened(String cache, String runId, String view) {}

  @Override
  public byte[] of(ImageEntry entry, int index, View view) throws BadImageException {
    Optional<byte[]> cached =
        OPEN.computeIfAbsent(
                new Opened(cache, runId, view.key()),
                absent -> PixelCache.open(Path.of(cache), view))
            .find(contents.get(index));
    return cached.isPresent()
        ? cached.get()
        : source.load(index, view.transform(), view.resolution()).planes();
  }

  /** Forgets what this process has open for a run. */
  static void close(String runId) {
    OPEN.keySet().removeIf(opened -> opened.runId.equals(runId));
  }
}
