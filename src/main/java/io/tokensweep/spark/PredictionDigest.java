package io.tokensweep.spark;

import io.tokensweep.Sha256;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * One number for all first predictions of a trial: the sum over images of SHA-256(name, class),
 * modulo 2^256. Equal predictions give an equal digest, however the images were cut into units.
 */
final class PredictionDigest {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

  private PredictionDigest() {}

  /** The digest with one more image. */
  static BigInteger add(BigInteger digest, String image, int predicted) {
    MessageDigest one = Sha256.digest();
    one.update(image.getBytes(StandardCharsets.UTF_8));
    one.update(ByteBuffer.allocate(Integer.BYTES).putInt(predicted).array());
    return add(digest, new BigInteger(1, one.digest()));
  }

  /** The digest of both sets of images. */
  static BigInteger add(BigInteger first, BigInteger second) {
    return first.add(second).mod(MODULUS);
  }

  /** As 64 hexadecimal digits. */
  static String hex(BigInteger digest) {
    return "%064x".formatted(digest);
  }
}
