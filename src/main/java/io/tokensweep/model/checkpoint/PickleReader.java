package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Takes operands out of a pickle, never beyond its end. */
final class PickleReader {
  private final Path file;
  private final ByteBuffer bytes;

  PickleReader(Path file, byte[] pickle) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
  }

  int unsignedByte() {
    return take(1).get() & 0xff;
  }

  int unsignedShort() {
    return take(2).getShort() & 0xffff;
  }

  int signedInt() {
    return take(4).getInt();
  }

  long unsignedInt() {
    return Integer.toUnsignedLong(take(4).getInt());
  }

  /** A length of 64 bits; one with the highest bit set is negative and so refused by its user. */
  long length() {
    return take(8).getLong();
  }

  void skip(long count) {
    take(count);
  }

  /** UTF-8 text of a number of bytes. */
  String text(long count) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(take(count)).toString();
    } catch (CharacterCodingException e) {
      throw refused("a string is not valid UTF-8");
    }
  }

  /** The text up to the end of the line. */
  String line() {
    int end = bytes.position();
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
    }
    String line = text(end - bytes.position());
    skip(1);
    return line;
  }

  /** A little-endian two's complement number; the value counts only if it fits into 64 bits. */
  PickleValue whole(long count) {
    ByteBuffer digits = take(count);
    if (count > Long.BYTES) {
      return PickleValue.Inert.INSTANCE;
    }
    long value = count == 0 || digits.get((int) count - 1) >= 0 ? 0 : -1;
    for (int i = (int) count - 1; i >= 0; i--) {
      value = value << 8 | (digits.get(i) & 0xff);
    }
    return new PickleValue.Whole(value);
  }

  InvalidInputException refused(String found) {
    return new InvalidInputException(
        "%s: data.pkl at byte %d: %s; allowed is what torch.save writes for a state dict"
            .formatted(file, bytes.position(), found));
  }

  private ByteBuffer take(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw refused(
          "%s bytes are claimed where %d are left"
              .formatted(Long.toUnsignedString(count), bytes.remaining()));
    }
    ByteBuffer taken = bytes.slice(bytes.position(), (int) count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) count);
    return taken;
  }
}
