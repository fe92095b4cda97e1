package io.tokensweep.store;

import io.tokensweep.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of a run that is not published.
 *
 * @param path from the work folder, which begins with its table
 * @param sha256 of its content
 */
record HashedFile(String path, String sha256) {
  /**
   * All files of a folder, none if there is no folder.
   *
   * @param work folder of the run
   */
  static List<HashedFile> in(Path folder, Path work) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
      return files.stream().map(file -> of(file, work)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static HashedFile of(Path file, Path work) {
    try {
      return new HashedFile(work.relativize(file).toString(), hash(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table that it belongs to. */
  String table() {
    return Path.of(path).getName(0).toString();
  }

  /** Its path in the folder of its table. */
  Path inTable() {
    Path whole = Path.of(path);
    return whole.subpath(1, whole.getNameCount());
  }

  /** Whether a file is there and has this content. */
  boolean isAt(Path file) {
    try {
      return hash(file).equals(sha256);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Sha256.of(in);
    }
  }
}
