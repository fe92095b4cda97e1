package io.tokensweep.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Decoded and resized images on disk, found by the content of the image and by the view: whatever
 * data set an image is in and wherever that lies, it is decoded once. A folder for each view holds
 * parts that are written once and as a whole, so several processes may fill it at the same time.
 * What is damaged counts as absent.
 */
public final class PixelCache {
  private final Path folder;
  private final View view;
  private final Map<String, Place> places = new ConcurrentHashMap<>();

  private record Place(PixelPart part, int index) {}

  private PixelCache(Path folder, View view) {
    this.folder = folder;
    this.view = view;
  }

  /**
   * Opens what there is of a view; damaged files are removed.
   *
   * @param root of all views
   */
  public static PixelCache open(Path root, View view) {
    PixelCache cache = new PixelCache(root.resolve(view.key()), view);
    for (Path file : files(cache.folder)) {
      try {
        Optional<PixelPart> part = PixelPart.open(file, view.resolution());
        if (part.isPresent()) {
          cache.add(part.get());
        } else {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        if (!(e instanceof NoSuchFileException)) { // another process may remove it
          throw new UncheckedIOException(e);
        }
      }
    }
    return cache;
  }

  private void add(PixelPart part) {
    for (int i = 0; i < part.contents().size(); i++) {
      places.put(part.contents().get(i), new Place(part, i));
    }
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(PixelPart.SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public View view() {
    return view;
  }

  /** Number of images. */
  public int size() {
    return places.size();
  }

  /**
   * The image's pixels, all of red in raster order, then green, then blue; empty if they are not
   * here, or not as they were written. In the second case their file is removed.
   *
   * @param content SHA-256 of the image's content, 64 hexadecimal digits
   */
  public Optional<byte[]> find(String content) {
    Place place = places.get(content);
    if (place == null) {
      return Optional.empty();
    }
    try {
      Optional<byte[]> pixels = place.part.read(place.index);
      if (pixels.isEmpty()) {
        Files.deleteIfExists(place.part.file());
        places.remove(content);
      }
      return pixels;
    } catch (NoSuchFileException e) {
      places.remove(content);
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says that the files with these images are still of use. */
  public void touch() {
    FileTime now = FileTime.from(Instant.now());
    places.values().stream()
        .map(place -> place.part.file())
        .distinct()
        .forEach(
            file -> {
              try {
                Files.setLastModifiedTime(file, now);
              } catch (IOException e) {
                if (!(e instanceof NoSuchFileException)) { // another process may remove it
                  throw new UncheckedIOException(e);
                }
              }
            });
  }

  /** Collects images of one view and writes them as one part. */
  public static final class Writer {
    private final Path folder;
    private final View view;
    private final List<PixelPart.Image> images = new ArrayList<>();

    public Writer(Path root, View view) {
      this.folder = root.resolve(view.key());
      this.view = view;
    }

    /**
     * @param planes as {@link RgbImage#planes}
     */
    public void add(String content, byte[] planes) {
      if (planes.length != view.bytes()) {
        throw new IllegalArgumentException(
            "%d bytes, an image of this view has %d".formatted(planes.length, view.bytes()));
      }
      images.add(new PixelPart.Image(content, planes));
    }

    /** Bytes that were added and not written yet. */
    public long bytes() {
      return (long) images.size() * view.bytes();
    }

    /** Publishes what was added, if anything was. */
    public void write() {
      if (!images.isEmpty()) {
        try {
          PixelPart.write(folder, view.resolution(), images);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        images.clear();
      }
    }
  }

  /**
   * Removes files that were not used since a moment, and what unfinished writes left behind.
   *
   * @return bytes that were freed
   */
  public static long collectGarbage(Path root, Instant unusedSince) {
    if (!Files.isDirectory(root)) {
      return 0;
    }
    long freed = 0;
    try (Stream<Path> files = Files.walk(root, 2)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(unusedSince)) {
          freed += Files.size(file);
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return freed;
  }
}
