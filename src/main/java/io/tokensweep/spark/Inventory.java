package io.tokensweep.spark;

import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.data.ImageSource;
import io.tokensweep.data.Transform;
import io.tokensweep.store.ImageRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Every image of a data set, decoded once to see that it can be, ahead of anything expensive.
 *
 * @param images one row for each image, in order
 */
record Inventory(List<ImageRow> images) {
  private static final int SMALLEST_RESOLUTION = 32;
  private static final int IMAGES_OF_A_JOB = 4096;

  Inventory {
    images = List.copyOf(images);
  }

  /** Decodes and hashes all images in parallel. */
  static Inventory take(
      JavaSparkContext spark, ImageSource source, String runId, Progress progress) {
    int count = source.images().size();
    Broadcast<ImageSource> shared = spark.broadcast(source);
    List<ImageRow> rows = new ArrayList<>();
    for (int from = 0; from < count; from += IMAGES_OF_A_JOB) {
      int to = Math.min(count, from + IMAGES_OF_A_JOB);
      int slices = Math.min(to - from, spark.defaultParallelism() * 4);
      List<List<String[]>> checked =
          spark
              .parallelize(ranges(from, to, slices), slices)
              .map(range -> check(shared.value(), range[0], range[1]))
              .collect();
      for (String[] result : checked.stream().flatMap(List::stream).toList()) {
        rows.add(row(runId, source.images().get(rows.size()), result[0], result[1]));
      }
      progress.add(to - from);
    }
    shared.unpersist();
    return new Inventory(rows);
  }

  private static List<int[]> ranges(int from, int to, int slices) {
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < slices; i++) {
      int length = to - from;
      ranges.add(
          new int[] {
            from + (int) ((long) length * i / slices),
            from + (int) ((long) length * (i + 1) / slices)
          });
    }
    return ranges;
  }

  private static ImageRow row(String runId, ImageEntry entry, String hash, String error) {
    return new ImageRow(
        runId,
        entry.name(),
        entry.label(),
        Optional.of(hash).filter(text -> !text.isEmpty()),
        Optional.of(error).filter(text -> !text.isEmpty()));
  }

  /** Hash and error of each image, empty where there is none. */
  private static List<String[]> check(ImageSource source, int from, int to) {
    List<String[]> results = new ArrayList<>();
    for (int index = from; index < to; index++) {
      results.add(check(source, index));
    }
    return results;
  }

  private static String[] check(ImageSource source, int index) {
    String hash = "";
    try {
      hash = source.contentHash(index);
      source.load(index, Transform.named("deit"), SMALLEST_RESOLUTION);
      return new String[] {hash, ""};
    } catch (BadImageException e) {
      return new String[] {hash, e.getMessage()};
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
}
