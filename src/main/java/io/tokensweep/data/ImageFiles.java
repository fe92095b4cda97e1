package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Image files below a folder.
 *
 * @param folder absolute
 * @param entries ascending by name
 * @param classes number of classes
 */
record ImageFiles(Location folder, List<ImageEntry> entries, int classes) implements Serializable {
  ImageFiles {
    entries = List.copyOf(entries);
  }

  /** Sorts the entries. */
  static ImageFiles sorted(Location folder, List<ImageEntry> entries, int classes) {
    return new ImageFiles(
        folder.absolute(),
        entries.stream()
            .sorted(Comparator.comparing(ImageEntry::name, ImageFiles::compareCodePoints))
            .toList(),
        classes);
  }

  /** The folder itself, which must exist. */
  static Path existingFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          "%s: %s".formatted(folder, Files.exists(folder) ? "not a folder" : "no such folder"));
    }
    return folder;
  }

  /** The path of a file below a folder, with {@code /}. */
  static String name(Path folder, Path file) {
    return StreamSupport.stream(folder.relativize(file).spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }

  RgbImage load(int index, Transform transform, int resolution) throws BadImageException {
    return read(index).load(transform, resolution);
  }

  StoredImage open(int index) throws BadImageException {
    return read(index);
  }

  /** Some of them, spread evenly. */
  ImageFiles limit(int count) {
    return new ImageFiles(folder, Spread.over(entries, count), classes);
  }

  private EncodedImage read(int index) throws BadImageException {
    return new EncodedImage(ImageBytes.ofFile(folder.child(entries.get(index).name())), "");
  }

  /** By Unicode code point: a surrogate stands for one above every other character. */
  static int compareCodePoints(String a, String b) {
    for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean high = Character.isSurrogate(x);
        return high == Character.isSurrogate(y) ? Character.compare(x, y) : high ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
