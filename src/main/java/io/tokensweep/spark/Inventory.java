package io.tokensweep.spark;

import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.data.ImageSource;
import io.tokensweep.data.PixelCache;
import io.tokensweep.data.RgbImage;
import io.tokensweep.data.StoredImage;
import io.tokensweep.data.View;
import io.tokensweep.store.ImageRow;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Every image of a data set, ahead of anything expensive: its content is hashed, and what the cache
 * does not have of it is decoded once for all views and put there.
 *
 * @param images one row for each image, in order
 * @param decoded images that were decoded now
 * @param hosts that had each image in hand last, and so have its pixels at hand
 */
record Inventory(List<ImageRow> images, long decoded, List<String> hosts) {
  private static final int IMAGES_OF_A_JOB = 4096;
  private static final int LEAST_IMAGES_OF_A_TASK = 16;
  private static final int TASKS_OF_A_SLOT = 4;
  private static final long BYTES_OF_A_PART = 64L << 20;

  Inventory {
    images = List.copyOf(images);
    hosts = List.copyOf(hosts);
  }

  /** What is needed of a data set. */
  private record Wanted(ImageSource source, List<View> views, String cache, String runId)
      implements Serializable {}

  /** Hash and error of an image, empty where there is none. */
  private record Checked(String hash, String error, boolean decoded) implements Serializable {}

  /** Of the images of a task. */
  private record Slice(String host, List<Checked> images) implements Serializable {}

  /**
   * @param views that the run needs
   * @param cache folder of the pixel cache
   */
  static Inventory take(
      JavaSparkContext spark,
      ImageSource source,
      List<View> views,
      Path cache,
      String runId,
      Progress progress) {
    int count = source.images().size();
    int[] order = source.readingOrder();
    Broadcast<Wanted> wanted =
        spark.broadcast(new Wanted(source, views, cache.toAbsolutePath().toString(), runId));
    Checked[] results = new Checked[count];
    String[] hosts = new String[count];
    int tasks = TASKS_OF_A_SLOT * spark.defaultParallelism();
    int length = Math.max(IMAGES_OF_A_JOB, tasks * LEAST_IMAGES_OF_A_TASK);
    for (int from = 0; from < count; from += length) {
      int to = Math.min(count, from + length);
      int slices = Math.max(1, Math.min((to - from) / LEAST_IMAGES_OF_A_TASK, tasks));
      List<int[]> indices = slices(order, from, to, slices);
      List<Slice> checked =
          spark.parallelize(indices, slices).map(some -> check(wanted.value(), some)).collect();
      for (int i = 0; i < slices; i++) {
        for (int j = 0; j < indices.get(i).length; j++) {
          results[indices.get(i)[j]] = checked.get(i).images.get(j);
          hosts[indices.get(i)[j]] = checked.get(i).host;
        }
      }
      progress.add(to - from);
    }
    wanted.unpersist();
    List<ImageRow> rows = new ArrayList<>();
    long decoded = 0;
    for (int index = 0; index < count; index++) {
      rows.add(row(runId, source.images().get(index), results[index]));
      decoded += results[index].decoded ? 1 : 0;
    }
    return new Inventory(rows, decoded, List.of(hosts));
  }

  /** Cuts a stretch of the order into tasks: the indices of each. */
  private static List<int[]> slices(int[] order, int from, int to, int slices) {
    List<int[]> indices = new ArrayList<>();
    long length = (long) to - from;
    for (int i = 0; i < slices; i++) {
      int first = from + (int) (length * i / slices);
      int end = from + (int) (length * (i + 1) / slices);
      indices.add(
          order.length == 0
              ? IntStream.range(first, end).toArray()
              : Arrays.copyOfRange(order, first, end));
    }
    return indices;
  }

  private static ImageRow row(String runId, ImageEntry entry, Checked checked) {
    return new ImageRow(
        runId,
        entry.name(),
        entry.label(),
        Optional.of(checked.hash).filter(text -> !text.isEmpty()),
        Optional.of(checked.error).filter(text -> !text.isEmpty()));
  }

  private static Slice check(Wanted wanted, int[] indices) {
    Map<View, PixelCache> present = new LinkedHashMap<>();
    Map<View, PixelCache.Writer> writers = new LinkedHashMap<>();
    for (View view : wanted.views) {
      present.put(view, CachedPixels.before(wanted.cache, wanted.runId, view));
      writers.put(view, new PixelCache.Writer(Path.of(wanted.cache), view));
    }
    List<Checked> results = new ArrayList<>();
    for (int index : indices) {
      results.add(check(wanted.source, index, present, writers));
    }
    writers.values().forEach(PixelCache.Writer::write);
    present.values().forEach(PixelCache::touch);
    return new Slice(SparkEnv.get().blockManager().blockManagerId().host(), results);
  }

  private static Checked check(
      ImageSource source,
      int index,
      Map<View, PixelCache> present,
      Map<View, PixelCache.Writer> writers) {
    String hash = "";
    try {
      StoredImage image = source.open(index);
      hash = image.contentHash();
      String content = hash;
      List<View> missing =
          present.keySet().stream()
              .filter(view -> present.get(view).find(content).isEmpty())
              .toList();
      if (missing.isEmpty()) {
        return new Checked(hash, "", false);
      }
      List<RgbImage> images = image.load(missing);
      for (int i = 0; i < missing.size(); i++) {
        PixelCache.Writer writer = writers.get(missing.get(i));
        writer.add(hash, images.get(i).planes());
        if (writer.bytes() >= BYTES_OF_A_PART) {
          writer.write();
        }
      }
      return new Checked(hash, "", true);
    } catch (BadImageException e) {
      return new Checked(hash, e.getMessage(), false);
    }
  }

  /** Rows of images that cannot be evaluated. */
  List<ImageRow> bad() {
    return images.stream().filter(image -> image.error().isPresent()).toList();
  }

  Set<Integer> badIndices() {
    Set<Integer> bad = new HashSet<>();
    for (int i = 0; i < images.size(); i++) {
      if (images.get(i).error().isPresent()) {
        bad.add(i);
      }
    }
    return bad;
  }

  List<Integer> goodIndices() {
    List<Integer> good = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (images.get(i).error().isEmpty()) {
        good.add(i);
      }
    }
    return good;
  }

  /** The host that has most images of a range at hand, if that is at least half of them. */
  Optional<String> host(int from, int to) {
    Map<String, Integer> counts = new TreeMap<>();
    hosts.subList(from, to).forEach(host -> counts.merge(host, 1, Integer::sum));
    return counts.entrySet().stream()
        .filter(entry -> 2 * entry.getValue() >= to - from)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** SHA-256 of the content of each image, empty where it cannot be read. */
  List<String> contents() {
    return images.stream().map(image -> image.contentHash().orElse("")).toList();
  }
}
