package io.tokensweep.data;

import io.tokensweep.Sha256;
import java.security.MessageDigest;
import java.util.List;

/**
 * The bytes of an image file, wherever they came from: equal bytes are equal content.
 *
 * @param bytes of the whole file
 * @param place where they lie, for messages; empty if the image's name says it
 */
@SuppressWarnings("ArrayRecordComponent") // read once and forgotten
record EncodedImage(byte[] bytes, String place) implements StoredImage {
  @Override
  public String contentHash() {
    MessageDigest digest = Sha256.digest();
    digest.update(bytes);
    return Sha256.hex(digest);
  }

  @Override
  public List<RgbImage> load(List<View> views) throws BadImageException {
    RgbImage decoded = decode();
    return views.stream().map(view -> view.transform().apply(decoded, view.resolution())).toList();
  }

  RgbImage load(Transform transform, int resolution) throws BadImageException {
    return transform.apply(decode(), resolution);
  }

  private RgbImage decode() throws BadImageException {
    try {
      return ImageDecoder.decode(bytes);
    } catch (BadImageException e) {
      throw e.at(place);
    }
  }
}
