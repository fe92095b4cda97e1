package io.tokensweep.data;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEG through ImageIO's libjpeg. It converts YCbCr to RGB itself; of the other colour spaces it
 * yields the component samples, which are converted here with libjpeg's and Pillow's integer
 * formulas. Colour profiles and ImageIO's guesses about colour spaces play no part.
 */
final class JpegDecoder {
  /** libjpeg's chroma terms for each chroma sample 0 to 255, fixed point with 16 fraction bits. */
  private static final int[] CR_TO_RED = new int[256];

  private static final int[] CB_TO_BLUE = new int[256];
  private static final int[] CR_TO_GREEN = new int[256];
  private static final int[] CB_TO_GREEN = new int[256];

  static {
    int half = 1 << 15;
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      CR_TO_RED[i] = (fixed(1.40200) * x + half) >> 16;
      CB_TO_BLUE[i] = (fixed(1.77200) * x + half) >> 16;
      CR_TO_GREEN[i] = -fixed(0.71414) * x;
      CB_TO_GREEN[i] = -fixed(0.34414) * x + half;
    }
  }

  private static final ColorModel SRGB =
      new ComponentColorModel(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          false,
          false,
          Transparency.OPAQUE,
          DataBuffer.TYPE_BYTE);

  private JpegDecoder() {}

  static RgbImage decode(byte[] file) throws BadImageException {
    JpegStream jpeg = JpegStream.parse(file);
    byte[] pixels =
        switch (jpeg.colour()) {
          case GREY -> greyToRgb(samples(jpeg));
          case RGB -> samples(jpeg);
          case YCC -> read(jpeg, JpegDecoder::rgb);
          case CMYK -> cmykToRgb(samples(jpeg));
          case YCCK -> cmykToRgb(ycckToCmyk(samples(jpeg)));
        };
    return new RgbImage(jpeg.width(), jpeg.height(), pixels);
  }

  /** What is read of a stream whose header has been read. */
  private interface Reading {
    byte[] of(ImageReader reader) throws IOException;
  }

  private static byte[] read(JpegStream jpeg, Reading reading) throws BadImageException {
    ImageReader reader = JdkImageReaders.jpeg();
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    try (var input = new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg.bytes()))) {
      reader.setInput(input, true, true);
      boolean agrees = reader.getWidth(0) == jpeg.width() && reader.getHeight(0) == jpeg.height();
      byte[] values = agrees ? reading.of(reader) : new byte[0];
      for (String warning : warnings) {
        if (!warning.contains("extraneous bytes")) { // all samples are there: Pillow agrees
          throw new BadImageException("damaged JPEG: " + warning);
        }
      }
      if (values.length != jpeg.width() * jpeg.height() * jpeg.colour().components()) {
        throw new BadImageException("damaged JPEG: contradictory frame headers");
      }
      return values;
    } catch (IOException | RuntimeException e) {
      throw JdkImageReaders.damaged("JPEG", e);
    } finally {
      reader.dispose();
    }
  }

  private static byte[] samples(JpegStream jpeg) throws BadImageException {
    return read(
        jpeg, reader -> ((DataBufferByte) reader.readRaster(0, null).getDataBuffer()).getData());
  }

  /** YCbCr that libjpeg itself converts, into an image that keeps the order R, G, B. */
  private static byte[] rgb(ImageReader reader) throws IOException {
    WritableRaster raster =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_BYTE, reader.getWidth(0), reader.getHeight(0), 3, null);
    ImageReadParam destination = reader.getDefaultReadParam();
    destination.setDestination(new BufferedImage(SRGB, raster, false, null));
    reader.read(0, destination);
    return ((DataBufferByte) raster.getDataBuffer()).getData();
  }

  private static byte[] greyToRgb(byte[] grey) {
    byte[] rgb = new byte[3 * grey.length];
    for (int i = 0, o = 0; i < grey.length; i++, o += 3) {
      rgb[o] = rgb[o + 1] = rgb[o + 2] = grey[i];
    }
    return rgb;
  }

  /** In place: the RGB values inverted, black stays. */
  private static byte[] ycckToCmyk(byte[] samples) {
    for (int i = 0; i < samples.length; i += 4) {
      int y = samples[i] & 0xff;
      int cb = samples[i + 1] & 0xff;
      int cr = samples[i + 2] & 0xff;
      samples[i] = (byte) ~clamp(y + CR_TO_RED[cr]);
      samples[i + 1] = (byte) ~clamp(y + ((CB_TO_GREEN[cb] + CR_TO_GREEN[cr]) >> 16));
      samples[i + 2] = (byte) ~clamp(y + CB_TO_BLUE[cb]);
    }
    return samples;
  }

  /** As Pillow: the file holds inverted CMYK (Adobe's convention), black scales the rest. */
  private static byte[] cmykToRgb(byte[] inverted) {
    byte[] rgb = new byte[inverted.length / 4 * 3];
    for (int i = 0, o = 0; i < inverted.length; i += 4, o += 3) {
      int light = inverted[i + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        int ink = 255 - (inverted[i + c] & 0xff);
        int product = ink * light + 128;
        rgb[o + c] = (byte) clamp(light - (((product >> 8) + product) >> 8));
      }
    }
    return rgb;
  }

  private static int fixed(double x) {
    return (int) (x * (1 << 16) + 0.5);
  }

  private static int clamp(int x) {
    return Math.max(0, Math.min(255, x));
  }
}
