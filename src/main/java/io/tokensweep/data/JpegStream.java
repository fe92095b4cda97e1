package io.tokensweep.data;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A complete 8-bit JPEG stream, from its start to its end marker. Its application segments and
 * comments are gone; a plain JFIF segment is there instead, so that a decoder takes three
 * components for YCbCr and guesses nothing.
 *
 * @param width in pixels
 * @param height in pixels
 * @param colour what the components mean, by libjpeg's rules
 * @param bytes the stream
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the decoder at once and never compared
record JpegStream(int width, int height, Colour colour, byte[] bytes) {
  /** A scan holds at least one bit for each block of 8 x 8 samples. */
  private static final long MAX_PIXELS_PER_BYTE = 8 * 8 * 8;

  /** libjpeg-turbo's own limit against files that are made to decode for hours. */
  private static final int MAX_SCANS = 500;

  private static final int SOF_FIRST = 0xc0;
  private static final int SOF_PROGRESSIVE = 0xc2;
  private static final int DHT = 0xc4;
  private static final int JPG = 0xc8;
  private static final int DAC = 0xcc;
  private static final int SOF_LAST = 0xcf;
  private static final int RST_FIRST = 0xd0;
  private static final int RST_LAST = 0xd7;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int APP_LAST = 0xef;
  private static final int COM = 0xfe;
  private static final int TEM = 0x01;

  /** Start marker and JFIF 1.1 without pixel density and thumbnail. */
  private static final byte[] START = {
    (byte) 0xff,
    (byte) SOI,
    (byte) 0xff,
    (byte) APP0,
    0,
    16,
    'J',
    'F',
    'I',
    'F',
    0,
    1,
    1,
    0,
    0,
    1,
    0,
    1,
    0,
    0
  };

  enum Colour {
    GREY(1),
    RGB(3),
    YCC(3),
    CMYK(4),
    YCCK(4);

    private final int components;

    Colour(int components) {
      this.components = components;
    }

    int components() {
      return components;
    }
  }

  /**
   * Walks all segments of a file that starts as a JPEG does.
   *
   * @throws BadImageException if the file ends early or is of a kind that is not decoded
   */
  static JpegStream parse(byte[] file) throws BadImageException {
    return new Parser(file).parse();
  }

  private static final class Parser {
    private final byte[] file;
    private final ByteArrayOutputStream kept;
    private int position = 2;
    private int width;
    private int height;
    private byte[] componentIds = {};
    private boolean jfif;
    private int adobeTransform = -1;
    private int scans;

    Parser(byte[] file) {
      this.file = file;
      this.kept = new ByteArrayOutputStream(START.length + file.length);
    }

    JpegStream parse() throws BadImageException {
      kept.write(START, 0, START.length);
      int marker = nextMarker();
      while (marker != EOI) {
        segment(marker);
        marker = nextMarker();
      }
      if (scans == 0) {
        throw new BadImageException("damaged JPEG: no image data before the end marker");
      }
      kept.write(0xff);
      kept.write(EOI);
      return new JpegStream(width, height, colour(), kept.toByteArray());
    }

    /** Skips what libjpeg skips between segments and leaves the position behind the marker. */
    private int nextMarker() throws BadImageException {
      while (unsigned(position) != 0xff || unsigned(position + 1) == 0) {
        position++;
      }
      while (unsigned(position) == 0xff) {
        position++;
      }
      return unsigned(position++);
    }

    private void segment(int marker) throws BadImageException {
      if (marker == TEM || (marker >= RST_FIRST && marker <= RST_LAST)) {
        return;
      }
      if (marker == SOI) {
        throw new BadImageException("damaged JPEG: second start marker at byte " + (position - 2));
      }
      int start = position;
      int length = unsigned(start) << 8 | unsigned(start + 1);
      int end = start + length;
      if (length < 2) {
        throw new BadImageException("damaged JPEG: segment without length at byte " + start);
      }
      if (end > file.length) {
        throw truncated();
      }
      position = end;
      if (marker >= SOF_FIRST
          && marker <= SOF_LAST
          && marker != DHT
          && marker != JPG
          && marker != DAC) {
        frame(marker, start, length);
      } else if (marker == APP0) {
        jfif |= scans == 0 && length >= 16 && contains(start + 2, "JFIF\0");
      } else if (marker == APP14 && scans == 0 && length >= 14 && contains(start + 2, "Adobe")) {
        adobeTransform = unsigned(start + 13);
      } else if (marker == SOS) {
        if (componentIds.length == 0) {
          throw new BadImageException("damaged JPEG: image data before the frame header");
        }
        if (++scans > MAX_SCANS) {
          throw new BadImageException("JPEG of more than %d scans".formatted(MAX_SCANS));
        }
        skipScan();
      }
      if (!(marker >= APP0 && marker <= APP_LAST) && marker != COM) {
        kept.write(0xff);
        kept.write(marker);
        kept.write(file, start, position - start);
      }
    }

    private void frame(int marker, int start, int length) throws BadImageException {
      if (marker > SOF_PROGRESSIVE) {
        throw new BadImageException(
            "unsupported JPEG coding (frame type %d), allowed are baseline and progressive"
                .formatted(marker - SOF_FIRST));
      }
      if (componentIds.length > 0) {
        throw new BadImageException("damaged JPEG: second frame header at byte " + start);
      }
      int bits = unsigned(start + 2);
      int components = unsigned(start + 7);
      if (length != 8 + 3 * components) {
        throw new BadImageException("damaged JPEG: frame header of %d bytes".formatted(length));
      }
      if (bits != 8) {
        throw new BadImageException("unsupported %d-bit JPEG, allowed are 8 bits".formatted(bits));
      }
      if (components != 1 && components != 3 && components != 4) {
        throw new BadImageException(
            "unsupported JPEG of %d components, allowed are 1, 3 and 4".formatted(components));
      }
      height = unsigned(start + 3) << 8 | unsigned(start + 4);
      width = unsigned(start + 5) << 8 | unsigned(start + 6);
      ImageDecoder.checkSize(width, height);
      if (file.length * MAX_PIXELS_PER_BYTE < (long) width * height) {
        throw new BadImageException(
            "truncated JPEG: %d bytes cannot hold %d x %d pixels"
                .formatted(file.length, width, height));
      }
      componentIds = new byte[components];
      for (int c = 0; c < components; c++) {
        componentIds[c] = file[start + 8 + 3 * c];
      }
    }

    /** Leaves the position at the first marker that does not belong to the scan. */
    private void skipScan() throws BadImageException {
      while (position < file.length - 1) {
        if (file[position] == (byte) 0xff) {
          int next = unsigned(position + 1);
          if (next != 0 && next != 0xff && !(next >= RST_FIRST && next <= RST_LAST)) {
            return;
          }
        }
        position++;
      }
      throw truncated();
    }

    /** As libjpeg's {@code default_decompress_parms}. */
    private Colour colour() {
      if (componentIds.length == 1) {
        return Colour.GREY;
      }
      if (componentIds.length == 4) {
        return adobeTransform == -1 || adobeTransform == 0 ? Colour.CMYK : Colour.YCCK;
      }
      boolean named = Arrays.equals(componentIds, new byte[] {'R', 'G', 'B'});
      boolean rgb = !jfif && (adobeTransform == 0 || (adobeTransform == -1 && named));
      return rgb ? Colour.RGB : Colour.YCC;
    }

    private boolean contains(int at, String text) {
      byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
      return Arrays.equals(file, at, at + expected.length, expected, 0, expected.length);
    }

    private int unsigned(int at) throws BadImageException {
      if (at >= file.length) {
        throw truncated();
      }
      return file[at] & 0xff;
    }

    private BadImageException truncated() {
      return new BadImageException(
          "truncated JPEG: %d bytes without an end marker".formatted(file.length));
    }
  }
}
