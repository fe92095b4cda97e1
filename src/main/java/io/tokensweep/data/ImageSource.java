package io.tokensweep.data;

import java.io.Serializable;
import java.util.List;

/**
 * A labelled data set. Implementations are immutable and serializable: Spark ships them to
 * executors, which read the images from storage that every executor can reach.
 */
public sealed interface ImageSource extends Serializable
    permits ShapesSource, ImageFolderSource, FlatSource, WebDatasetSource, ParquetSource {

  /** The images in a fixed order, ascending by name; their number is the size of the data set. */
  List<ImageEntry> images();

  /** How many classes the labels can name: every label is in {@code [0, classes())}. */
  int classes();

  /**
   * The image as the network sees it before normalisation, {@code resolution x resolution} pixels.
   *
   * @throws BadImageException if the image cannot be decoded
   */
  RgbImage load(int index, Transform transform, int resolution) throws BadImageException;

  /**
   * The image's content, read once for all that is made of it.
   *
   * @throws BadImageException if the image cannot be read
   */
  StoredImage open(int index) throws BadImageException;

  /**
   * SHA-256 of what identifies the image's content, as 64 hexadecimal digits.
   *
   * @throws BadImageException if the image cannot be read
   */
  default String contentHash(int index) throws BadImageException {
    return open(index).contentHash();
  }

  /**
   * The order in which reading all images costs least, each index once; empty if none is better
   * than the order of the images.
   */
  default int[] readingOrder() {
    return new int[0];
  }

  /**
   * {@code count} images of this source, or all of them where it has fewer. Files are spread evenly
   * over the order, which covers the classes of an image folder: of n images those at {@code
   * floor(i * n / count)}. Shapes, whose labels are balanced, are the first {@code count}.
   *
   * @param count at least 1
   */
  ImageSource limit(int count);
}
