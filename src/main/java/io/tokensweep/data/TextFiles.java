package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Reads the small text files that a user gives. */
final class TextFiles {
  private TextFiles() {}

  /** The lines of a UTF-8 file, without a byte order mark. */
  static List<String> lines(Location file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(file.bytes(Integer.MAX_VALUE));
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
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
