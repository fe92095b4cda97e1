package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.Sha256;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Image files below a folder.
 *
 * @param folder absolute path
 * @param entries ascending by name
 * @param classes number of classes
 */
record ImageFiles(String folder, List<ImageEntry> entries, int classes) implements Serializable {
  private static final long MAX_FILE_BYTES = 1L << 30;

  ImageFiles {
    entries = List.copyOf(entries);
  }

  /** Sorts the entries. */
  static ImageFiles sorted(Path folder, List<ImageEntry> entries, int classes) {
    return new ImageFiles(
        folder.toAbsolutePath().normalize().toString(),
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
    return transform.apply(ImageDecoder.decode(read(index)), resolution);
  }

  StoredImage open(int index) throws BadImageException {
    return new Encoded(read(index));
  }

  /** The bytes of a file. */
  @SuppressWarnings("ArrayRecordComponent") // read once and forgotten
  private record Encoded(byte[] bytes) implements StoredImage {
    @Override
    public String contentHash() {
      MessageDigest digest = Sha256.digest();
      digest.update(bytes);
      return Sha256.hex(digest);
    }

    @Override
    public List<RgbImage> load(List<View> views) throws BadImageException {
      RgbImage decoded = ImageDecoder.decode(bytes);
      return views.stream()
          .map(view -> view.transform().apply(decoded, view.resolution()))
          .toList();
    }
  }

  /** Entries {@code floor(i * n / count)} for i below {@code count}. */
  ImageFiles limit(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count %d is below 1".formatted(count));
    }
    if (count >= entries.size()) {
      return this;
    }
    return new ImageFiles(
        folder,
        IntStream.range(0, count)
            .mapToObj(i -> entries.get((int) ((long) i * entries.size() / count)))
            .toList(),
        classes);
  }

  private byte[] read(int index) throws BadImageException {
    Path file = Path.of(folder, entries.get(index).name());
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new BadImageException(
            "file of %d bytes, allowed are %d".formatted(size, MAX_FILE_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new BadImageException("file does not exist", e);
    } catch (AccessDeniedException e) {
      throw new BadImageException("file must not be read (access denied)", e);
    } catch (IOException e) {
      throw new BadImageException("file cannot be read (%s)".formatted(e.getMessage()), e);
    }
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
