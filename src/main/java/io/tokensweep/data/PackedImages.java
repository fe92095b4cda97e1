package io.tokensweep.data;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the images of a packed data set lie.
 *
 * @param images ascending by name
 * @param entries of the images
 * @param classes number of classes
 */
record PackedImages(List<PackedImage> images, List<ImageEntry> entries, int classes)
    implements Serializable {
  PackedImages {
    images = List.copyOf(images);
    entries = List.copyOf(entries);
  }

  /** Sorts the images. */
  static PackedImages sorted(List<PackedImage> images, Labels labels) {
    List<PackedImage> sorted =
        images.stream()
            .sorted(
                Comparator.comparing(image -> image.entry().name(), ImageFiles::compareCodePoints))
            .toList();
    return of(sorted, labels.classes(sorted.stream().map(PackedImage::entry).toList()));
  }

  private static PackedImages of(List<PackedImage> sorted, int classes) {
    return new PackedImages(sorted, sorted.stream().map(PackedImage::entry).toList(), classes);
  }

  /** Some of them, spread evenly. */
  PackedImages limit(int count) {
    return of(Spread.over(images, count), classes);
  }

  /** Indices in the order in which the images lie in the files. */
  int[] readingOrder() {
    return IntStream.range(0, images.size())
        .boxed()
        .sorted(
            Comparator.comparingInt((Integer index) -> images.get(index).part())
                .thenComparingLong(index -> images.get(index).position()))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
