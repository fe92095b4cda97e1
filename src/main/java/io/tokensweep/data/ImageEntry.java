package io.tokensweep.data;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One image of a data set.
 *
 * @param name unique in its data set: the path below the data set's folder, with {@code /}
 * @param label class index
 */
public record ImageEntry(String name, int label) implements Serializable {

  /** A number that stands for the image wherever random numbers are drawn for it. */
  public long key() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
