package io.tokensweep.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.Sha256;

/**
 * A record of the work folder with the hash of its content: one that was changed since it was
 * written is known for that, wherever the change is.
 *
 * @param sha256 of the content as text
 */
record Sealed(String sha256, JsonNode content) {
  static String hash(String content) {
    return Sha256.of(content);
  }

  boolean unchanged() {
    return content != null && hash(content.toString()).equals(sha256);
  }
}
