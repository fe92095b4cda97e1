package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.InvalidInputException;
import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.data.ImageSource;
import io.tokensweep.data.Transform;
import io.tokensweep.data.View;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Some images of a data set, ready for a network.
 *
 * @param entries the images in order
 * @param keys one number for each that names it everywhere
 * @param levels 0 to 255, (B, 3, R, R) row-major
 */
@SuppressWarnings("ArrayRecordComponent") // one batch, read once
public record PixelBatch(List<ImageEntry> entries, long[] keys, byte[] levels, View view) {

  /** Where the pixels of an image come from. */
  public interface Pixels {
    /** {@code 3 * R * R} values: all of red in raster order, then green, then blue. */
    byte[] of(ImageEntry entry, int index, View view) throws BadImageException;

    /** Decodes every image anew. */
    static Pixels decoding(ImageSource source) {
      return (entry, index, view) ->
          source.load(index, view.transform(), view.resolution()).planes();
    }
  }

  /**
   * Loads images.
   *
   * @param images of the data set
   * @param indices those of the batch
   * @throws InvalidInputException if an image cannot be decoded, or no longer can, or if the pixels
   *     are more than an array holds
   */
  public static PixelBatch load(
      List<ImageEntry> images, List<Integer> indices, View view, Pixels pixels) {
    int area = view.bytes();
    if (indices.size() > Integer.MAX_VALUE / area) {
      throw new InvalidInputException(
          "batch size: found %d, allowed are up to %d images at resolution %d, 2 GiB of pixels"
              .formatted(indices.size(), Integer.MAX_VALUE / area, view.resolution()));
    }
    byte[] levels = new byte[indices.size() * area];
    List<ImageEntry> entries = indices.stream().map(images::get).toList();
    for (int i = 0; i < indices.size(); i++) {
      ImageEntry entry = entries.get(i);
      try {
        byte[] image = pixels.of(entry, indices.get(i), view);
        System.arraycopy(image, 0, levels, i * area, area);
      } catch (BadImageException e) {
        throw new InvalidInputException(
            "image %s cannot be used now: %s".formatted(entry.name(), e.getMessage()), e);
      }
    }
    return new PixelBatch(
        entries, entries.stream().mapToLong(ImageEntry::key).toArray(), levels, view);
  }

  /** One of the images as a batch of its own. */
  public PixelBatch image(int place) {
    int area = view.bytes();
    return new PixelBatch(
        List.of(entries.get(place)),
        new long[] {keys[place]},
        Arrays.copyOfRange(levels, place * area, (place + 1) * area),
        view);
  }

  public int size() {
    return entries.size();
  }

  /** The first {@code count} images of this batch. */
  public PixelBatch first(int count) {
    return new PixelBatch(
        entries.subList(0, count),
        Arrays.copyOf(keys, count),
        Arrays.copyOf(levels, count * view.bytes()),
        view);
  }

  /**
   * The pixels on the device, normalised there: {@code (x / 255 - mean) / std}, (B, 3, R, R). The
   * divisors are arrays, because an engine may multiply by the inverse of a number instead.
   */
  public NDArray toArray(NDManager manager) {
    int resolution = view.resolution();
    Transform transform = view.transform();
    try (NDManager scope = manager.newSubManager()) {
      NDArray normalised =
          scope
              .create(
                  ByteBuffer.wrap(levels),
                  new Shape(size(), 3, resolution, resolution),
                  DataType.UINT8)
              .toType(DataType.FLOAT32, false)
              .div(scope.create(new float[] {255}))
              .sub(perChannel(transform.mean(), scope))
              .div(perChannel(transform.std(), scope));
      normalised.attach(manager);
      return normalised;
    }
  }

  private static NDArray perChannel(List<Double> values, NDManager scope) {
    float[] channels = new float[values.size()];
    for (int i = 0; i < channels.length; i++) {
      channels[i] = values.get(i).floatValue();
    }
    return scope.create(channels, new Shape(1, channels.length, 1, 1));
  }
}
