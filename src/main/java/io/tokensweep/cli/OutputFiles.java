package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that an option asks for. */
final class OutputFiles {
  private OutputFiles() {}

  /**
   * @throws InvalidInputException if the file cannot be written
   */
  static void write(String option, Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new InvalidInputException("%s %s cannot be written: %s".formatted(option, file, e), e);
    }
  }
}
