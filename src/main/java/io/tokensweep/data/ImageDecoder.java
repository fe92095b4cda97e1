package io.tokensweep.data;

import java.util.HexFormat;

/**
 * Decodes JPEG and PNG files to 8-bit RGB, pixel for pixel as Pillow's {@code
 * Image.open(file).convert("RGB")} does.
 *
 * <p>Grey becomes three equal channels, CMYK is converted, alpha is dropped without blending,
 * palettes are resolved. Colour profiles and the EXIF orientation are not applied. One difference
 * to Pillow is deliberate: 16-bit grey keeps its high byte, as 16-bit RGB does, where Pillow clips
 * every value above 255 to white.
 *
 * <p>Stateless and safe for use by several threads.
 */
public final class ImageDecoder {
  /** The largest image Pillow opens; a larger one is taken for a decompression bomb. */
  private static final long MAX_PIXELS = 178_956_970;

  private static final int MAX_SIDE = 65_535;

  private ImageDecoder() {}

  /**
   * Decodes one image.
   *
   * @param bytes the whole file
   * @throws BadImageException if the bytes are not a complete, undamaged JPEG or PNG of at most
   *     178,956,970 pixels and 65,535 pixels a side
   */
  public static RgbImage decode(byte[] bytes) throws BadImageException {
    return switch (ImageFormat.of(bytes)) {
      case JPEG -> JpegDecoder.decode(bytes);
      case PNG -> PngDecoder.decode(bytes);
      case GIF -> throw unsupported("GIF");
      case BMP -> throw unsupported("BMP");
      case TIFF -> throw unsupported("TIFF");
      case WEBP -> throw unsupported("WebP");
      case HEIF -> throw unsupported("HEIF or AVIF");
      case NONE -> throw notAnImage(bytes);
    };
  }

  /** Refuses sizes that are empty or too large, before anything is allocated for them. */
  static void checkSize(long width, long height) throws BadImageException {
    if (width < 1 || height < 1) {
      throw new BadImageException("empty image of %d x %d pixels".formatted(width, height));
    }
    if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
      throw new BadImageException(
          "image of %d x %d pixels is too large, allowed are %d pixels and %d a side"
              .formatted(width, height, MAX_PIXELS, MAX_SIDE));
    }
  }

  private static BadImageException unsupported(String format) {
    return new BadImageException(
        "unsupported format %s, allowed are JPEG and PNG".formatted(format));
  }

  private static BadImageException notAnImage(byte[] bytes) {
    if (bytes.length == 0) {
      return new BadImageException("empty file");
    }
    String start = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(8, bytes.length));
    return new BadImageException(
        "not an image: starts with bytes %s, allowed are JPEG and PNG".formatted(start));
  }
}
