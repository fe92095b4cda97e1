package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.InvalidInputException;
import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.data.ImageSource;
import io.tokensweep.data.Transform;
import java.util.List;

/**
 * Some images of a data set, ready for a network.
 *
 * @param entries the images in order
 * @param keys one number for each that names it everywhere
 * @param values normalised, (B, 3, R, R) row-major
 */
@SuppressWarnings("ArrayRecordComponent") // one batch, read once
public record PixelBatch(List<ImageEntry> entries, long[] keys, float[] values, int resolution) {

  /**
   * Loads, transforms and normalises.
   *
   * @throws InvalidInputException if an image cannot be decoded, or no longer can
   */
  public static PixelBatch load(
      ImageSource source, Transform transform, int resolution, List<Integer> indices) {
    int area = 3 * resolution * resolution;
    float[] values = new float[Math.multiplyExact(indices.size(), area)];
    List<ImageEntry> entries = indices.stream().map(source.images()::get).toList();
    for (int i = 0; i < indices.size(); i++) {
      try {
        transform.normalise(source.load(indices.get(i), transform, resolution), values, i * area);
      } catch (BadImageException e) {
        throw new InvalidInputException(
            "image %s cannot be used now: %s".formatted(entries.get(i).name(), e.getMessage()), e);
      }
    }
    return new PixelBatch(
        entries, entries.stream().mapToLong(ImageEntry::key).toArray(), values, resolution);
  }

  public int size() {
    return entries.size();
  }

  /** The pixels on the device, (B, 3, R, R). */
  public NDArray toArray(NDManager manager) {
    return manager.create(values, new Shape(size(), 3, resolution, resolution));
  }
}
