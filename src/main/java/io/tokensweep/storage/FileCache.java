package io.tokensweep.storage;

import io.tokensweep.InvalidInputException;
import io.tokensweep.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;

/**
 * Copies of shared files on this host, each under the SHA-256 of its content, so that a host
 * fetches a content once, whoever asks and wherever it lies. A copy is published as a whole and
 * checked by each process before its first use; what is damaged is fetched anew. It may be removed
 * at any time.
 *
 * <pre>
 *   files/&lt;sha256&gt;   copies
 *   known/&lt;key&gt;      SHA-256 of what had this URI, length, time and tag
 *   locks/&lt;two digits&gt;
 * </pre>
 */
public final class FileCache {
  /** System property that names the folder; the environment variable is for executors. */
  static final String PROPERTY = "tokensweep.files";

  private static final String VARIABLE = "TOKENSWEEP_FILES";
  private static final String TEMPORARY = ".tmp";
  private static final Duration ABANDONED = Duration.ofDays(1);
  private static final int BUFFER = 1 << 18;

  /** Copies that this process has read to their end, and what they were then. */
  private static final Map<Path, Object> CHECKED = new ConcurrentHashMap<>();

  private final Path root;

  private FileCache(Path root) {
    this.root = root;
  }

  /** In the folder that {@code TOKENSWEEP_FILES} names, {@code ~/.cache/tokensweep} without it. */
  public static FileCache ofThisHost() {
    String named =
        Optional.ofNullable(System.getProperty(PROPERTY))
            .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
            .orElse("");
    return new FileCache(
        named.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache", "tokensweep")
            : Path.of(named).toAbsolutePath());
  }

  public Path root() {
    return root;
  }

  /** SHA-256 of what a file holds now; it is fetched unless that is known. */
  String contentOf(SharedLocation location) throws IOException {
    Path known = root.resolve("known").resolve(key(location));
    Optional<String> content = known(known);
    if (content.isPresent()) {
      return content.get();
    }
    try (FolderLock lock = lock(known.getFileName().toString())) {
      Optional<String> meanwhile = known(known);
      if (meanwhile.isPresent()) {
        return meanwhile.get();
      }
      String fetched = fetch(location, Optional.empty());
      writeKnown(known, fetched);
      return fetched;
    }
  }

  private static String key(SharedLocation location)
      throws NoSuchFileException, AccessDeniedException {
    FileStatus status = location.status();
    String tag = status instanceof EtagSource tagged ? String.valueOf(tagged.getEtag()) : "";
    return Sha256.of(
        "%s %d %d %s"
            .formatted(location.uri(), status.getLen(), status.getModificationTime(), tag));
  }

  private static Optional<String> known(Path file) throws IOException {
    try {
      String content = Files.readString(file);
      if (content.matches("[0-9a-f]{64}")) {
        touch(file);
        return Optional.of(content);
      }
      return Optional.empty(); // damaged
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void writeKnown(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Path temporary = temporary(file.getParent());
    Files.writeString(temporary, content);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The copy of a pinned file, fetched if it is not here.
   *
   * @throws InvalidInputException if the file has another content now, or the copy cannot be kept
   */
  Path copyOf(SharedLocation location) throws NoSuchFileException, AccessDeniedException {
    Path copy = copy(location.content());
    if (!isWhole(copy)) {
      try (FolderLock lock = lock(location.content())) {
        if (!isWhole(copy)) {
          fetch(location, Optional.of(location.content()));
        }
      }
    }
    return copy;
  }

  private Path copy(String content) {
    return root.resolve("files").resolve(content);
  }

  private FolderLock lock(String name) {
    return FolderLock.lock(root.resolve("locks").resolve(name.substring(0, 2)));
  }

  /** Whether the copy is there as it was fetched; reads it on first use. Removes a damaged one. */
  private static boolean isWhole(Path copy) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(copy, BasicFileAttributes.class);
      List<Object> state = List.of(attributes.size(), String.valueOf(attributes.fileKey()));
      if (state.equals(CHECKED.get(copy))) {
        return true;
      }
      if (!hash(copy).equals(copy.getFileName().toString())) {
        Files.deleteIfExists(copy);
        return false;
      }
      touch(copy);
      CHECKED.put(copy, state);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw unusable(copy, e);
    }
  }

  private static String hash(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Sha256.of(in);
    }
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
  }

  private static Path temporary(Path folder) {
    return folder.resolve("." + UUID.randomUUID() + TEMPORARY);
  }

  /**
   * Fetches a file beside the copies and then publishes it.
   *
   * @param expected SHA-256 that it has to have
   * @return its SHA-256
   */
  private String fetch(SharedLocation location, Optional<String> expected)
      throws NoSuchFileException, AccessDeniedException {
    Path folder = root.resolve("files");
    Path temporary = temporary(folder);
    try {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw unusable(folder, e);
      }
      String content = download(location, temporary);
      if (expected.isPresent() && !expected.get().equals(content)) {
        throw new InvalidInputException(
            "%s was replaced since the sweep was planned: found SHA-256 %s, allowed: %s"
                .formatted(location, content, expected.get()));
      }
      publish(temporary, copy(content));
      return content;
    } finally {
      discard(temporary);
    }
  }

  /** SHA-256 of what was written, all of it on disk. */
  private static String download(SharedLocation location, Path file)
      throws NoSuchFileException, AccessDeniedException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = location.open();
        FileChannel out = create(file)) {
      for (int read = read(in, buffer, location); read >= 0; read = read(in, buffer, location)) {
        digest.update(buffer, 0, read);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      out.force(true);
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      throw unusable(file, e);
    }
    return Sha256.hex(digest);
  }

  private static FileChannel create(Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private static int read(InputStream in, byte[] buffer, SharedLocation location) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new StorageException(
          "%s: cannot be read: %s".formatted(location, FileSystems.firstLine(e)), e);
    }
  }

  private static void publish(Path temporary, Path copy) {
    try {
      Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unusable(copy, e);
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw unusable(temporary, e);
    }
  }

  private static StorageException unusable(Path file, IOException e) {
    return new StorageException(
        "%s: copies of shared files cannot be kept here: %s; give another folder with %s"
            .formatted(file.getParent(), FileSystems.firstLine(e), VARIABLE),
        e);
  }

  /**
   * Removes copies that no process of this host began to use since a moment, and what fetches left
   * behind that ended a day ago or more.
   *
   * @return bytes that were freed
   */
  public long collectGarbage(Instant unusedSince) {
    Instant abandonedSince = Instant.now().minus(ABANDONED);
    long freed = 0;
    for (String folder : List.of("files", "known")) {
      for (Path file : files(root.resolve(folder))) {
        boolean temporary = file.getFileName().toString().endsWith(TEMPORARY);
        freed += deleteIfOlder(file, temporary ? abandonedSince : unusedSince);
      }
    }
    return freed;
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static long deleteIfOlder(Path file, Instant moment) {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(moment)) {
        long bytes = Files.size(file);
        Files.delete(file);
        return bytes;
      }
      return 0;
    } catch (NoSuchFileException e) {
      return 0; // another process was faster
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }
}
