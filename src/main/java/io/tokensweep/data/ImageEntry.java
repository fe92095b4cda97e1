package io.tokensweep.data;

import io.tokensweep.Sha256;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One image of a data set.
 *
 * @param name unique in its data set: the path below the data set's folder, with {@code /}
 * @param label class index
 */
public record ImageEntry(String name, int label) implements Serializable {

  /** A number that stands for the image wherever random numbers are drawn for it. */
  public long key() {
    byte[] digest = Sha256.digest().digest(name.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong();
  }
}
