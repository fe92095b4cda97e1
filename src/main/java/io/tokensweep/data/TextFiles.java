package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads the small text files that a user gives. */
final class TextFiles {
  private TextFiles() {}

  /** The lines of a UTF-8 file, without a byte order mark. */
  static List<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      return (text.startsWith("\ufeff") ? text.substring(1) : text).lines().toList();
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s: no such file".formatted(file), e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("%s: not a UTF-8 text".formatted(file), e);
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }
}
