package io.tokensweep.data;

import java.util.List;

/** One image as it is stored. */
public interface StoredImage {
  /** SHA-256 of what identifies the content, as 64 hexadecimal digits. */
  String contentHash();

  /**
   * The image as networks see it, decoded once.
   *
   * @throws BadImageException if the image cannot be decoded
   */
  List<RgbImage> load(List<View> views) throws BadImageException;
}
