package io.tokensweep.storage;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A file or folder: a path of the local file system, or a URI of storage that all hosts share, such
 * as {@code hdfs://namenode/data/x.pth} or {@code s3a://bucket/data}. What has a scheme is a URI.
 * {@code toString} gives what {@link #of(String)} takes.
 */
public sealed interface Location extends Serializable permits LocalLocation, SharedLocation {
  /** What there is at a location, links followed. */
  enum Kind {
    FILE,
    FOLDER,
    NOTHING
  }

  /**
   * The location that a text names.
   *
   * @throws InvalidInputException if it is no file name, or a URI with a password in it
   */
  static Location of(String text) {
    return SharedLocation.isUri(text) ? SharedLocation.parse(text) : LocalLocation.parse(text);
  }

  static Location of(Path path) {
    return new LocalLocation(path.toString());
  }

  /** What is there now. */
  Kind kind();

  /** The last name of the path. */
  String name();

  /** The whole path with {@code /}, from the root of what it lies in. */
  String path();

  /** The same, whatever the current directory is. */
  Location absolute();

  /**
   * What lies below this folder.
   *
   * @param relative path with {@code /}
   */
  Location child(String relative);

  /**
   * What is in this folder, in no order.
   *
   * @throws InvalidInputException if it cannot be listed
   */
  List<Location> children();

  /**
   * The first bytes of a file.
   *
   * @param most how many at most
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws java.nio.file.AccessDeniedException if it must not be read
   * @throws IOException if a local file cannot be read
   * @throws StorageException if shared storage fails
   */
  byte[] bytes(int most) throws IOException;

  /**
   * SHA-256 of the content that the file has now, 64 hexadecimal digits.
   *
   * @throws IOException if it cannot be read
   */
  String sha256() throws IOException;

  /**
   * This file with the content that it has now. On shared storage it is fetched, unless it is known
   * already, and will be refused once it has another content.
   */
  Location pinned();

  /**
   * This file, which has to have this content.
   *
   * @param sha256 64 hexadecimal digits
   */
  Location pinned(String sha256);

  /**
   * The file in the local file system: itself, or its copy on this host, which is fetched if it is
   * not there.
   *
   * @throws InvalidInputException if a shared file has not the content that it was pinned to
   * @throws StorageException if shared storage fails
   */
  Path local();

  /**
   * Reads {@link #local}; refusals name this location.
   *
   * @throws InvalidInputException as {@code reader} does
   */
  default <T> T read(Function<Path, T> reader) {
    Path local = local();
    try {
      return reader.apply(local);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(e.getMessage().replace(local.toString(), this.toString()), e);
    }
  }
}
