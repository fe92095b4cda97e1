package io.tokensweep.data;

import io.tokensweep.storage.Location;
import io.tokensweep.storage.SharedLocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the bytes of one image; what goes wrong is that image's problem. */
final class ImageBytes {
  private static final int MOST = 1 << 30;

  private ImageBytes() {}

  static byte[] ofFile(Location file) throws BadImageException {
    try {
      if (file instanceof SharedLocation) { // to ask for its size takes as long as to read it
        byte[] bytes = file.bytes(MOST + 1);
        checkSize(bytes.length);
        return bytes;
      }
      checkSize(Files.size(file.local()));
      return file.bytes(MOST);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * @param offset of the first byte
   * @param size number of bytes
   */
  static byte[] ofRange(Path file, long offset, long size) throws BadImageException {
    checkSize(size);
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw new BadImageException(
              "file ends before the image, which is the %d bytes from byte %d"
                  .formatted(size, offset));
        }
      }
      return bytes.array();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static void checkSize(long size) throws BadImageException {
    if (size > MOST) {
      throw new BadImageException("file of %d bytes, allowed are %d".formatted(size, MOST));
    }
  }

  static BadImageException unreadable(IOException e) {
    if (e instanceof NoSuchFileException) {
      return new BadImageException("file does not exist", e);
    } else if (e instanceof AccessDeniedException) {
      return new BadImageException("file must not be read (access denied)", e);
    }
    return new BadImageException("file cannot be read (%s)".formatted(e.getMessage()), e);
  }
}
