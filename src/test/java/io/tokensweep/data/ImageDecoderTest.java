package io.tokensweep.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 21;

  @Test
  void colourPngKeepsItsPixelsAndAlphaIsDropped() throws Exception {
    BufferedImage opaque = noise(BufferedImage.TYPE_INT_RGB);
    assertArrayEquals(rgb(opaque), decode(png(opaque)));
    BufferedImage transparent = noise(BufferedImage.TYPE_INT_ARGB);
    assertArrayEquals(rgb(transparent), decode(png(transparent)));
  }

  @Test
  void greyPngOfEveryDepthIsSpreadToThreeChannels() throws Exception {
    assertArrayEquals(
        bytes(0, 0, 0, 77, 77, 77, 255, 255, 255), decode(png(samples(1, 8, 0, 77, 255))));
    assertArrayEquals(
        bytes(0, 0, 0, 1, 1, 1, 171, 171, 171),
        decode(png(samples(1, 16, 0x00ff, 0x01ff, 0xabcd))));
    assertArrayEquals(bytes(9, 9, 9, 200, 200, 200), decode(png(samples(2, 8, 9, 0, 200, 128))));
    for (int bits : new int[] {1, 2, 4}) {
      int levels = 1 << bits;
      byte[] ramp = new byte[levels];
      IntStream.range(0, levels).forEach(i -> ramp[i] = (byte) (255 * i / (levels - 1)));
      BufferedImage image = indexed(new IndexColorModel(bits, levels, ramp, ramp, ramp), bits);
      assertArrayEquals(rgb(image), decode(png(image)));
    }
  }

  @Test
  void sixteenBitColourKeepsItsHighBytes() throws Exception {
    assertArrayEquals(
        bytes(0x12, 0xab, 0xff, 0, 1, 2),
        decode(png(samples(3, 16, 0x1234, 0xabcd, 0xffff, 0xff, 0x100, 0x2ff))));
    assertArrayEquals(
        bytes(0x12, 0xab, 0xff), decode(png(samples(4, 16, 0x1234, 0xabcd, 0xffff, 0x7fff))));
  }

  @Test
  void paletteIsResolvedAndItsTransparencyDropped() throws Exception {
    Random random = new Random(7);
    for (int bits : new int[] {1, 2, 4, 8}) {
      byte[][] channels = new byte[4][1 << bits];
      Arrays.stream(channels).forEach(random::nextBytes);
      IndexColorModel palette =
          new IndexColorModel(bits, 1 << bits, channels[0], channels[1], channels[2], channels[3]);
      BufferedImage image = indexed(palette, bits);
      assertArrayEquals(rgb(image), decode(png(image)));
    }
  }

  @Test
  void jpegIsReadInEveryCodingAndColourSpace() throws Exception {
    BufferedImage photo = noise(BufferedImage.TYPE_INT_RGB);
    assertArrayEquals(rgb(ImageIO.read(stream(jpeg(photo, false)))), decode(jpeg(photo, false)));
    assertArrayEquals(rgb(ImageIO.read(stream(jpeg(photo, true)))), decode(jpeg(photo, true)));
    BufferedImage grey = noise(BufferedImage.TYPE_BYTE_GRAY);
    byte[] decoded = decode(jpeg(grey, false));
    int[] expected =
        ImageIO.read(stream(jpeg(grey, false)))
            .getRaster()
            .getPixels(0, 0, WIDTH, HEIGHT, (int[]) null);
    for (int i = 0; i < expected.length; i++) {
      byte level = (byte) expected[i];
      assertArrayEquals(
          new byte[] {level, level, level}, Arrays.copyOfRange(decoded, 3 * i, 3 * i + 3));
    }
  }

  @Test
  void fourComponentsAreInvertedCmykUnlessAdobesMarkerSaysYcck() throws Exception {
    byte[] plain = flatJpeg(50, 100, 150, 200);
    byte[] adobe = "Adobe\0\144\0\0\0\0\0".getBytes(ISO_8859_1);
    byte[] ycck = adobe.clone();
    ycck[11] = 2;
    assertArrayEquals(
        bytes(39, 78, 118), Arrays.copyOf(decode(withSegment(plain, 0xee, adobe)), 3));
    assertArrayEquals(bytes(39, 78, 118), Arrays.copyOf(decode(plain), 3));
    assertArrayEquals(
        bytes(136, 165, 200), Arrays.copyOf(decode(withSegment(plain, 0xee, ycck)), 3));
  }

  @Test
  void threeComponentsAreYcbcrUnlessAdobesMarkerSaysRgb() throws Exception {
    byte[] plain = flatJpeg(50, 100, 150);
    byte[] adobe = "Adobe\0\144\0\0\0\0\0".getBytes(ISO_8859_1);
    byte[] ycc = adobe.clone();
    ycc[11] = 1;
    byte[] converted = libjpegRgb(50, 100, 150);
    assertArrayEquals(converted, Arrays.copyOf(decode(plain), 3));
    assertArrayEquals(converted, Arrays.copyOf(decode(withSegment(plain, 0xee, ycc)), 3));
    assertArrayEquals(
        bytes(50, 100, 150), Arrays.copyOf(decode(withSegment(plain, 0xee, adobe)), 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 33})
  void ycbcrOfEverySizeIsConvertedByLibjpegsIntegers(int width) throws Exception {
    for (int height : new int[] {1, 2, 8, 15, 17, 34}) {
      for (boolean progressive : new boolean[] {false, true}) {
        byte[] file = jpeg(noise(BufferedImage.TYPE_INT_RGB, width, height), progressive);
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        reader.setInput(new MemoryCacheImageInputStream(stream(file)));
        int[] samples = reader.readRaster(0, null).getPixels(0, 0, width, height, (int[]) null);
        reader.dispose();
        ByteBuffer expected = ByteBuffer.allocate(samples.length);
        for (int i = 0; i < samples.length; i += 3) {
          expected.put(libjpegRgb(samples[i], samples[i + 1], samples[i + 2]));
        }
        assertArrayEquals(expected.array(), decode(file), width + " x " + height);
      }
    }
  }

  @Test
  void orientationAndProfilesAreNotApplied() throws Exception {
    byte[] plain = jpeg(noise(BufferedImage.TYPE_INT_RGB), false);
    byte[] exif =
        "Exif\0\0MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0".getBytes(ISO_8859_1);
    byte[] profile = "ICC_PROFILE\0\1\1 not a profile".getBytes(ISO_8859_1);
    assertArrayEquals(
        decode(plain), decode(withSegment(withSegment(plain, 0xe1, exif), 0xe2, profile)));
    byte[] png = png(noise(BufferedImage.TYPE_INT_RGB));
    byte[] odd = withChunk(withChunk(png, "gAMA", new byte[] {0, 0, 0, 1}), "iCCP", profile);
    assertArrayEquals(decode(png), decode(odd));
  }

  @Test
  void bytesAfterTheEndAreIgnored() throws Exception {
    for (byte[] file : List.of(photo(), png(noise(BufferedImage.TYPE_INT_RGB)))) {
      assertArrayEquals(decode(file), decode(Arrays.copyOf(file, file.length + 1000)));
    }
  }

  @Test
  void strayBytesBetweenCompleteImageDataAndTheEndMarkerAreIgnored() throws Exception {
    byte[] file = photo();
    byte[] stray = Arrays.copyOf(file, file.length + 3);
    System.arraycopy(bytes('a', 'b', 'c', 0xff, 0xd9), 0, stray, file.length - 2, 5);
    assertArrayEquals(decode(file), decode(stray));
  }

  @Test
  void formatsOtherThanJpegAndPngAreNamed() throws Exception {
    assertRefused(
        encode(noise(BufferedImage.TYPE_INT_RGB), "gif"),
        "unsupported format GIF, allowed are JPEG and PNG");
    assertRefused(
        encode(noise(BufferedImage.TYPE_INT_RGB), "bmp"),
        "unsupported format BMP, allowed are JPEG and PNG");
    assertRefused(
        "RIFF\20\0\0\0WEBPVP8 ".getBytes(ISO_8859_1),
        "unsupported format WebP, allowed are JPEG and PNG");
    assertRefused(new byte[0], "empty file");
    assertRefused(
        "<html>".getBytes(ISO_8859_1),
        "not an image: starts with bytes 3c 68 74 6d 6c 3e, allowed are JPEG and PNG");
  }

  @Test
  void everyTruncationIsAnError() throws Exception {
    for (byte[] file :
        List.of(
            photo(),
            jpeg(noise(BufferedImage.TYPE_INT_RGB), true),
            png(noise(BufferedImage.TYPE_INT_RGB)))) {
      for (int length = 0; length < file.length; length++) {
        byte[] part = Arrays.copyOf(file, length);
        assertThrows(BadImageException.class, () -> ImageDecoder.decode(part), "at " + length);
      }
    }
  }

  @Test
  void missingImageDataBeforeTheEndMarkerIsAnError() throws Exception {
    byte[] file = photo();
    byte[] hole = Arrays.copyOf(file, file.length - 40);
    hole[hole.length - 2] = (byte) 0xff;
    hole[hole.length - 1] = (byte) 0xd9;
    assertRefused(hole, "damaged JPEG: Corrupt JPEG data: premature end of data segment");
    assertRefused(
        ByteBuffer.allocate(33 + 15 + 12)
            .put(pngHeader(2, 2, 2), 0, 33)
            .put(chunk("IDAT", bytes(0x78, 0x9c, 0x63)))
            .put(chunk("IEND", new byte[0]))
            .array(),
        "damaged PNG: Unexpected end of ZLIB input stream");
    byte[] png = png(noise(BufferedImage.TYPE_INT_RGB));
    byte[] damaged = png.clone();
    damaged[png.length / 2] ^= 1;
    BadImageException e = assertThrows(BadImageException.class, () -> ImageDecoder.decode(damaged));
    assertTrue(e.getMessage().startsWith("damaged PNG: wrong checksum at byte "), e::getMessage);
  }

  @Test
  void bombsAreRefusedFromTheirHeader() throws Exception {
    byte[] jpeg = photo();
    int frame = frameHeader(jpeg);
    setSize(jpeg, frame, 60_000, 60_000);
    assertRefused(
        jpeg,
        "image of 60000 x 60000 pixels is too large, allowed are 178956970 pixels and 65535 a side");
    setSize(jpeg, frame, 10_000, 10_000);
    assertRefused(
        jpeg, "truncated JPEG: " + jpeg.length + " bytes cannot hold 10000 x 10000 pixels");
    assertRefused(
        pngHeader(2, 1 << 30, 5),
        "image of 1073741824 x 5 pixels is too large, allowed are 178956970 pixels and 65535 a side");
    assertRefused(
        pngHeader(2, 10_000, 10_000),
        "truncated PNG: 0 bytes of image data cannot hold 10000 x 10000 pixels");
    assertRefused(
        pngHeader(2, -1, 5),
        "image of 4294967295 x 5 pixels is too large, allowed are 178956970 pixels and 65535 a side");
    assertRefused(pngHeader(2, 0, 5), "empty image of 0 x 5 pixels");
    assertRefused(pngHeader(3, 1, 1), "damaged PNG: palette image without a palette");
    assertRefused(pngHeader(5, 1, 1), "damaged PNG: unknown colour type 5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"baseline", "progressive", "png", "palette"})
  void damagedBytesNeverCauseAnythingButABadImage(String kind) throws Exception {
    byte[] file =
        switch (kind) {
          case "baseline" -> photo();
          case "progressive" -> jpeg(noise(BufferedImage.TYPE_INT_RGB), true);
          case "png" -> png(noise(BufferedImage.TYPE_INT_RGB));
          default ->
              png(
                  indexed(
                      new IndexColorModel(2, 3, bytes(1, 2, 3), bytes(4, 5, 6), bytes(7, 8, 9)),
                      2));
        };
    Random random = new Random(42);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int round = 0; round < 3000; round++) {
            byte[] damaged = file.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
              int at =
                  random.nextBoolean()
                      ? random.nextInt(damaged.length)
                      : random.nextInt(Math.min(700, damaged.length));
              damaged[at] = (byte) random.nextInt();
            }
            if (damaged[0] == (byte) 0x89) {
              repairChecksums(damaged);
            }
            try {
              ImageDecoder.decode(damaged);
            } catch (BadImageException e) {
              assertTrue(
                  !e.getMessage().contains("\n") && !e.getMessage().contains("null"),
                  e::getMessage);
            }
          }
        });
  }

  @Test
  void severalThreadsDecodeAtOnce() throws Exception {
    byte[] file = photo();
    byte[] expected = decode(file);
    assertTrue(
        IntStream.range(0, 200)
            .parallel()
            .allMatch(
                i -> {
                  try {
                    return Arrays.equals(expected, decode(file));
                  } catch (BadImageException e) {
                    return false;
                  }
                }));
  }

  private static byte[] decode(byte[] file) throws BadImageException {
    return ImageDecoder.decode(file).pixels();
  }

  private static void assertRefused(byte[] file, String message) {
    assertEquals(
        message,
        assertThrows(BadImageException.class, () -> ImageDecoder.decode(file)).getMessage());
  }

  private static byte[] photo() throws IOException {
    return jpeg(noise(BufferedImage.TYPE_INT_RGB), false);
  }

  /** The conversion of jdcolor.c: coefficients of JFIF with 16 fraction bits. */
  private static byte[] libjpegRgb(int y, int cb, int cr) {
    int red = y + ((91_881 * (cr - 128) + 32_768) >> 16);
    int green = y + ((-22_554 * (cb - 128) - 46_802 * (cr - 128) + 32_768) >> 16);
    int blue = y + ((116_130 * (cb - 128) + 32_768) >> 16);
    return bytes(
        Math.min(255, Math.max(0, red)),
        Math.min(255, Math.max(0, green)),
        Math.min(255, Math.max(0, blue)));
  }

  private static BufferedImage noise(int type) {
    return noise(type, WIDTH, HEIGHT);
  }

  private static BufferedImage noise(int type, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, type);
    Random random = new Random(3);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }

  private static BufferedImage indexed(IndexColorModel palette, int bits) {
    BufferedImage image =
        new BufferedImage(
            WIDTH,
            HEIGHT,
            bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY,
            palette);
    Random random = new Random(4);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.getRaster().setSample(x, y, 0, random.nextInt(palette.getMapSize()));
      }
    }
    return image;
  }

  /** One row of pixels of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha) samples. */
  private static BufferedImage samples(int bands, int bits, int... values) {
    boolean alpha = bands % 2 == 0;
    int type = bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT;
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(bands < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
            alpha,
            false,
            alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
            type);
    WritableRaster raster =
        Raster.createInterleavedRaster(type, values.length / bands, 1, bands, null);
    raster.setPixels(0, 0, values.length / bands, 1, values);
    return new BufferedImage(model, raster, false, null);
  }

  private static byte[] rgb(BufferedImage image) {
    byte[] pixels = new byte[3 * image.getWidth() * image.getHeight()];
    int o = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getColorModel().getRGB(image.getRaster().getDataElements(x, y, null));
        pixels[o++] = (byte) (rgb >> 16);
        pixels[o++] = (byte) (rgb >> 8);
        pixels[o++] = (byte) rgb;
      }
    }
    return pixels;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    return encode(image, "png");
  }

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out));
    return out.toByteArray();
  }

  private static byte[] jpeg(BufferedImage image, boolean progressive) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (progressive) {
        parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /** One colour throughout, at a quality that keeps it exactly, without application segments. */
  private static byte[] flatJpeg(int... colour) throws IOException {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, colour.length, null);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      raster.setPixel(i % WIDTH, i / WIDTH, colour);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(1);
      writer.write(null, new IIOImage(raster, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static ByteArrayInputStream stream(byte[] file) {
    return new ByteArrayInputStream(file);
  }

  private static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    return ByteBuffer.allocate(jpeg.length + 4 + content.length)
        .put(jpeg, 0, 2)
        .put((byte) 0xff)
        .put((byte) marker)
        .putShort((short) (content.length + 2))
        .put(content)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  private static byte[] withChunk(byte[] png, String type, byte[] content) {
    int afterHeader = 33;
    return ByteBuffer.allocate(png.length + 12 + content.length)
        .put(png, 0, afterHeader)
        .put(chunk(type, content))
        .put(png, afterHeader, png.length - afterHeader)
        .array();
  }

  private static byte[] chunk(String type, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(ISO_8859_1));
    crc.update(content);
    return ByteBuffer.allocate(content.length + 12)
        .putInt(content.length)
        .put(type.getBytes(ISO_8859_1))
        .put(content)
        .putInt((int) crc.getValue())
        .array();
  }

  private static byte[] pngHeader(int colour, int width, int height) {
    byte[] header =
        ByteBuffer.allocate(13).putInt(width).putInt(height).put(bytes(8, colour, 0, 0, 0)).array();
    return ByteBuffer.allocate(8 + 25 + 12)
        .put(bytes(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'))
        .put(chunk("IHDR", header))
        .put(chunk("IEND", new byte[0]))
        .array();
  }

  /** Makes damage to the content of chunks pass the check, as far as the chunks can be walked. */
  private static void repairChecksums(byte[] png) {
    ByteBuffer file = ByteBuffer.wrap(png);
    int at = 8;
    while (at + 12 <= png.length) {
      int length = file.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return;
      }
      CRC32 crc = new CRC32();
      crc.update(png, at + 4, length + 4);
      file.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
  }

  private static int frameHeader(byte[] jpeg) {
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != 0xc0) {
      at += 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
    }
    return at;
  }

  private static void setSize(byte[] jpeg, int frame, int width, int height) {
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    IntStream.range(0, values.length).forEach(i -> bytes[i] = (byte) values[i]);
    return bytes;
  }
}
