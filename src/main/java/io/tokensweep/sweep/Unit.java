package io.tokensweep.sweep;

import io.tokensweep.Sha256;
import java.io.Serializable;
import java.util.Map;

/**
 * One group on one range of images: what is scheduled, retried and committed as a whole.
 *
 * @param id 16 hexadecimal digits that depend on the trials, the images and the batch size alone
 * @param from index of the first image
 * @param to index after the last image
 */
public record Unit(String id, Group group, int from, int to) implements Serializable {
  public Unit {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("no images: %d to %d".formatted(from, to));
    }
  }

  /**
   * @param trials hash over the ids of the group's trials
   */
  static Unit of(Group group, String trials, int from, int to, int batchSize) {
    String canonical =
        CanonicalJson.of(
            Map.of(
                "trials", trials,
                "data", group.setting().data(),
                "from", from,
                "to", to,
                "batch_size", batchSize));
    return new Unit(Sha256.shortOf(canonical), group, from, to);
  }

  /** Number of images. */
  public int images() {
    return to - from;
  }
}
