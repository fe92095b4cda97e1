package io.tokensweep.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * A complete PNG stream of which only the chunks that make the pixels are left: header, palette and
 * image data. Transparency, profiles, gamma, texts and animation frames are gone.
 *
 * @param width in pixels
 * @param height in pixels
 * @param bytes the stream
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the decoder at once and never compared
record PngStream(int width, int height, byte[] bytes) {
  /** No deflate stream expands more. */
  private static final long MAX_EXPANSION = 1032;

  private static final int SIGNATURE = 8;
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504c5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;

  /**
   * Walks all chunks of a file that starts as a PNG does.
   *
   * @throws BadImageException if the file ends early, a checksum is wrong or the header is no PNG's
   */
  static PngStream parse(byte[] file) throws BadImageException {
    ByteBuffer in = ByteBuffer.wrap(file);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, SIGNATURE);
    in.position(SIGNATURE);
    int width = 0;
    int height = 0;
    long rawBytes = 0;
    long dataBytes = 0;
    boolean needsPalette = false;
    int type = 0;
    while (type != IEND) {
      int start = in.position();
      if (in.remaining() < 12) {
        throw truncated(file);
      }
      int length = in.getInt();
      type = in.getInt();
      if (length < 0 || length > in.remaining() - 4) {
        throw truncated(file);
      }
      if ((type == IHDR) != (start == SIGNATURE)) {
        throw new BadImageException("damaged PNG: its header must be its first chunk, once");
      }
      if (type == IHDR) {
        if (length != 13) {
          throw new BadImageException("damaged PNG: header of %d bytes".formatted(length));
        }
        ImageDecoder.checkSize(
            Integer.toUnsignedLong(in.getInt(start + 8)),
            Integer.toUnsignedLong(in.getInt(start + 12)));
        width = in.getInt(start + 8);
        height = in.getInt(start + 12);
        int colour = file[start + 17];
        rawBytes = height * (((long) width * file[start + 16] * channels(colour) + 7) / 8);
        needsPalette = colour == 3;
      } else if (type == PLTE) {
        needsPalette = false;
      } else if (type == IDAT) {
        dataBytes += length;
      }
      in.position(start + 8 + length);
      if (type == IHDR || type == PLTE || type == IDAT || type == IEND) {
        CRC32 crc = new CRC32();
        crc.update(file, start + 4, length + 4);
        if (in.getInt() != (int) crc.getValue()) {
          throw new BadImageException("damaged PNG: wrong checksum at byte " + start);
        }
        kept.write(file, start, length + 12);
      } else {
        in.getInt();
      }
    }
    if (needsPalette) {
      throw new BadImageException("damaged PNG: palette image without a palette");
    }
    if ((dataBytes + 1) * MAX_EXPANSION < rawBytes) {
      throw new BadImageException(
          "truncated PNG: %d bytes of image data cannot hold %d x %d pixels"
              .formatted(dataBytes, width, height));
    }
    return new PngStream(width, height, kept.toByteArray());
  }

  private static int channels(int colour) throws BadImageException {
    return switch (colour) {
      case 0, 3 -> 1;
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> throw new BadImageException("damaged PNG: unknown colour type " + colour);
    };
  }

  private static BadImageException truncated(byte[] file) {
    return new BadImageException(
        "truncated PNG: %d bytes without an end chunk".formatted(file.length));
  }
}
