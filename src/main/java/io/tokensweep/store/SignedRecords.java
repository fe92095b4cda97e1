package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of small records that people make: each with an author, a time and a reason, in a file
 * of its own that nothing changes. Several people may write at once.
 */
final class SignedRecords {
  private final Path folder;

  SignedRecords(Path folder) {
    this.folder = folder;
  }

  /**
   * Who and why, which nobody may leave open.
   *
   * @throws InvalidInputException naming what is empty
   */
  static void requireSignature(String author, String reason) {
    if (author.isBlank()) {
      throw new InvalidInputException("--author: found an empty text, allowed is a name");
    }
    if (reason.isBlank()) {
      throw new InvalidInputException("--reason: found an empty text, allowed is a sentence");
    }
  }

  /**
   * All records, oldest first.
   *
   * @throws InvalidInputException if one is damaged
   */
  <T> List<T> read(Class<T> type) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.]+\\.json"))
          .sorted()
          .map(file -> Json.read(file, type))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes one; it becomes visible as a whole. */
  void write(String id, Object value) {
    Json.write(folder.resolve(id + ".json"), value);
  }
}
