package io.tokensweep.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Decoded and resized images on disk, found by the content of the image and by the view: whatever
 * data set an image is in and wherever that lies, it is decoded once. A folder for each view holds
 * parts that are written once and as a whole, so several processes may fill it at the same time.
 * What is damaged counts as absent. Safe for use by several threads.
 */
public final class PixelCache {
  private static final Pattern VIEW_FOLDER = Pattern.compile("[0-9a-f]{16}");

  /** An unfinished write that is older than this has no writer any more. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final View view;
  private final Map<String, List<Place>> places = new ConcurrentHashMap<>();
  private final Set<Path> used = ConcurrentHashMap.newKeySet();

  private record Place(PixelPart part, int index) {}

  private PixelCache(View view) {
    this.view = view;
  }

  /**
   * Opens what there is of a view; files that are no whole, undamaged parts are removed.
   *
   * @param root of all views
   */
  public static PixelCache open(Path root, View view) {
    PixelCache cache = new PixelCache(view);
    for (Path file : files(root.resolve(view.key()), PixelPart.SUFFIX)) {
      unlessGone(
          () -> {
            Optional<PixelPart> part = PixelPart.open(file, view.resolution());
            if (part.isPresent()) {
              cache.add(part.get());
            } else {
              Files.deleteIfExists(file);
            }
          });
    }
    return cache;
  }

  private void add(PixelPart part) {
    for (int i = 0; i < part.contents().size(); i++) {
      places
          .computeIfAbsent(part.contents().get(i), absent -> new CopyOnWriteArrayList<>())
          .add(new Place(part, i));
    }
  }

  private static List<Path> files(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(suffix) && Files.isRegularFile(file))
          .sorted()
          .toList();
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
   * here, or not as they were written.
   *
   * @param content SHA-256 of the image's content, 64 hexadecimal digits
   */
  public Optional<byte[]> find(String content) {
    for (Place place : places.getOrDefault(content, List.of())) {
      Optional<byte[]> pixels = read(place);
      if (pixels.isPresent()) {
        used.add(place.part.file());
        return pixels;
      }
      places.get(content).remove(place);
    }
    return Optional.empty();
  }

  private static Optional<byte[]> read(Place place) {
    try {
      return place.part.read(place.index);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says that the files in which something was found are still of use. */
  public void touch() {
    FileTime now = FileTime.from(Instant.now());
    used.forEach(file -> unlessGone(() -> Files.setLastModifiedTime(file, now)));
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
   * Removes parts that were not used since a moment, what writes left behind that ended a day ago
   * or more, and folders of views that are empty then. Nothing else is touched, whatever folder is
   * given.
   *
   * @return bytes that were freed
   */
  public static long collectGarbage(Path root, Instant unusedSince) {
    Instant abandonedSince = Instant.now().minus(ABANDONED);
    long freed = 0;
    for (Path folder : viewFolders(root)) {
      for (Path part : files(folder, PixelPart.SUFFIX)) {
        freed += deleteIfOlder(part, unusedSince);
      }
      for (Path temporary : files(folder, PixelPart.TEMPORARY)) {
        freed += deleteIfOlder(temporary, abandonedSince);
      }
      deleteIfEmpty(folder);
    }
    return freed;
  }

  private static void deleteIfEmpty(Path folder) {
    unlessGone(
        () -> {
          try (Stream<Path> rest = Files.list(folder)) {
            if (rest.findAny().isPresent()) {
              return;
            }
          }
          Files.deleteIfExists(folder);
        });
  }

  private static List<Path> viewFolders(Path root) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .filter(Files::isDirectory)
          .filter(folder -> VIEW_FOLDER.matcher(folder.getFileName().toString()).matches())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long deleteIfOlder(Path file, Instant moment) {
    long[] freed = new long[1];
    unlessGone(
        () -> {
          if (Files.getLastModifiedTime(file).toInstant().isBefore(moment)) {
            long bytes = Files.size(file);
            Files.delete(file);
            freed[0] = bytes;
          }
        });
    return freed[0];
  }

  private interface FileAction {
    void run() throws IOException;
  }

  /** Another process may remove and add files at any time. */
  private static void unlessGone(FileAction action) {
    try {
      action.run();
    } catch (IOException e) {
      boolean gone = e instanceof NoSuchFileException || e instanceof DirectoryNotEmptyException;
      if (!gone) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
