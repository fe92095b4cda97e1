package io.tokensweep.data;

import io.tokensweep.Sha256;
import java.io.Serializable;

/**
 * What a network sees of an image ahead of normalisation.
 *
 * @param transform resize and crop; mean and standard deviation do not matter here
 * @param resolution R, in pixels
 */
public record View(Transform transform, int resolution) implements Serializable {
  /**
   * Changes whenever decoder or resampler give other pixels, and orphans what was cached before.
   */
  private static final String VERSION = "pixels-1";

  /** Names the pixels: equal for views that show every image alike. 16 hexadecimal digits. */
  public String key() {
    Object resize = transform.canonical().get("resize");
    Object crop = transform.canonical().get("crop");
    return Sha256.shortOf("%s/%s/%s/%d".formatted(VERSION, resize, crop, resolution));
  }

  /** Bytes of one image: {@code 3 * R * R}. */
  public int bytes() {
    return Math.multiplyExact(3, Math.multiplyExact(resolution, resolution));
  }
}
