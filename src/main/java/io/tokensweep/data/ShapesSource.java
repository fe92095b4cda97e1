package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.Sha256;
import java.util.AbstractList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.stream.Stream;

/**
 * A procedural data set: objects of ten classes, each of several parts, before textured backgrounds
 * with clutter and occlusion. It needs no files, has as many images as asked for, and its bytes are
 * the same on every machine. In about half of the images the background's texture is the one that
 * goes with the class, so that background tokens carry evidence too; in about seven of ten the
 * object's body has the hue that goes with the class, so that a small network learns within
 * minutes.
 *
 * <p>Different seeds give different images: train and evaluate with different seeds.
 *
 * @param count number of images, from 1 to {@value #LARGEST_COUNT}
 * @param seed of everything random
 */
public record ShapesSource(int count, long seed) implements ImageSource {
  /** The most images of one seed: the names have eight digits. */
  public static final int LARGEST_COUNT = 100_000_000;

  private static final List<String> CLASS_NAMES =
      Stream.of(ShapeClass.values()).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();

  /**
   * Checks the count.
   *
   * @throws InvalidInputException if the count is out of bounds
   */
  public ShapesSource {
    if (count < 1 || count > LARGEST_COUNT) {
      throw new InvalidInputException(
          "shapes: count %d, allowed are 1 to %d".formatted(count, LARGEST_COUNT));
    }
  }

  /** Names how the images are drawn; another version draws other images. */
  public static String version() {
    return ShapesRenderer.VERSION;
  }

  /** The names of the classes in the order of their labels. */
  public static List<String> classNames() {
    return CLASS_NAMES;
  }

  @Override
  public List<ImageEntry> images() {
    return new Entries(count, seed);
  }

  @Override
  public int classes() {
    return CLASS_NAMES.size();
  }

  /**
   * The image, drawn at the resolution: there is nothing to resize or crop, so the transform does
   * not matter.
   *
   * @param resolution at least 16 pixels
   * @throws IndexOutOfBoundsException if there is no such image
   * @throws InvalidInputException if the resolution is too small
   */
  @Override
  public RgbImage load(int index, Transform transform, int resolution) {
    return ShapesRenderer.render(seed, Objects.checkIndex(index, count), resolution);
  }

  @Override
  public Drawn open(int index) {
    return new Drawn(seed, Objects.checkIndex(index, count));
  }

  @Override
  public String contentHash(int index) {
    return open(index).contentHash();
  }

  record Drawn(long seed, int index) implements StoredImage {
    @Override
    public String contentHash() {
      return Sha256.of(ShapesRenderer.VERSION + "/" + seed + "/" + index);
    }

    @Override
    public List<RgbImage> load(List<View> views) {
      return views.stream()
          .map(view -> ShapesRenderer.render(seed, index, view.resolution()))
          .toList();
    }
  }

  @Override
  public ShapesSource limit(int atMost) {
    if (atMost < 1) {
      throw new IllegalArgumentException("limit %d, allowed are 1 and more".formatted(atMost));
    }
    return new ShapesSource(Math.min(count, atMost), seed);
  }

  /** Computed when asked for, since a data set can have millions of images. */
  private static final class Entries extends AbstractList<ImageEntry> implements RandomAccess {
    private final int count;
    private final long seed;

    Entries(int count, long seed) {
      this.count = count;
      this.seed = seed;
    }

    @Override
    public ImageEntry get(int index) {
      Objects.checkIndex(index, count);
      return new ImageEntry(
          "shapes-%d-%08d.png".formatted(seed, index), ShapesRenderer.shape(seed, index).label());
    }

    @Override
    public int size() {
      return count;
    }
  }
}
