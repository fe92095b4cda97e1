package io.tokensweep.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** File formats told apart by their first bytes; only JPEG and PNG are decoded. */
enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  BMP,
  TIFF,
  WEBP,
  HEIF,
  NONE;

  static ImageFormat of(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(12, bytes.length), ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return JPEG;
    } else if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
      return PNG;
    } else if (start.startsWith("GIF8")) {
      return GIF;
    } else if (start.startsWith("BM")) {
      return BMP;
    } else if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
      return TIFF;
    } else if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return WEBP;
    } else if (start.startsWith("ftyp", 4)) {
      return HEIF;
    }
    return NONE;
  }
}
