package io.tokensweep.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** PNG through ImageIO; of each sample deeper than 8 bits the high byte is kept. */
final class PngDecoder {
  private PngDecoder() {}

  static RgbImage decode(byte[] file) throws BadImageException {
    PngStream png = PngStream.parse(file);
    ImageReader reader = JdkImageReaders.png();
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    try (var input = new MemoryCacheImageInputStream(new ByteArrayInputStream(png.bytes()))) {
      reader.setInput(input, true, true);
      BufferedImage image = reader.read(0);
      if (!warnings.isEmpty()) {
        throw new BadImageException("damaged PNG: " + warnings.get(0));
      }
      byte[] pixels =
          image.getColorModel() instanceof IndexColorModel palette
              ? indexedToRgb(image.getRaster(), palette)
              : samplesToRgb(image.getRaster());
      return new RgbImage(png.width(), png.height(), pixels);
    } catch (IOException | RuntimeException e) {
      throw JdkImageReaders.damaged("PNG", e);
    } finally {
      reader.dispose();
    }
  }

  private static byte[] indexedToRgb(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    byte[] rgb = new byte[3 * width * raster.getHeight()];
    int[] row = new int[width];
    int o = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int index : row) {
        rgb[o++] = (byte) palette.getRed(index);
        rgb[o++] = (byte) palette.getGreen(index);
        rgb[o++] = (byte) palette.getBlue(index);
      }
    }
    return rgb;
  }

  private static byte[] samplesToRgb(Raster raster) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int colours = bands < 3 ? 1 : 3;
    int shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    byte[] rgb = new byte[3 * width * raster.getHeight()];
    int[] row = new int[width * bands];
    int o = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int i = 0; i < row.length; i += bands) {
        for (int c = 0; c < 3; c++) {
          rgb[o++] = (byte) (row[i + c % colours] >> shift);
        }
      }
    }
    return rgb;
  }
}
