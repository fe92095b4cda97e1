package io.tokensweep.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Storage with the scheme {@code counted}: local files, and a log of which were opened. */
public final class CountedFileSystem extends RawLocalFileSystem {
  private static final String LOG = "counted.log";

  /**
   * Registers the scheme.
   *
   * @param folder of the log and of this host's copies
   */
  public static void register(java.nio.file.Path folder) {
    System.setProperty("spark.hadoop.fs.counted.impl", CountedFileSystem.class.getName());
    System.setProperty(LOG, folder.resolve("opened.txt").toString());
    System.setProperty(FileCache.PROPERTY, folder.resolve("copies").toString());
  }

  /** Undoes {@link #register}. */
  public static void forget() {
    System.clearProperty("spark.hadoop.fs.counted.impl");
    System.clearProperty(LOG);
    System.clearProperty(FileCache.PROPERTY);
  }

  /** The URI of a local file. */
  public static String uri(java.nio.file.Path file) {
    return "counted://" + file.toAbsolutePath();
  }

  /** Paths that were opened, by any process. */
  public static List<String> opened() throws IOException {
    java.nio.file.Path log = java.nio.file.Path.of(System.getProperty(LOG));
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  @Override
  public URI getUri() {
    return URI.create("counted:///");
  }

  @Override
  public String getScheme() {
    return "counted";
  }

  /** Without the permissions, which the local file system would look for under another scheme. */
  private static FileStatus plain(FileStatus status) {
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }

  @Override
  public FileStatus getFileStatus(Path file) throws IOException {
    return plain(super.getFileStatus(file));
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    return Stream.of(super.listStatus(folder))
        .map(CountedFileSystem::plain)
        .toArray(FileStatus[]::new);
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    Files.writeString(
        java.nio.file.Path.of(System.getProperty(LOG)),
        file.toUri().getPath() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return super.open(file, bufferSize);
  }
}
