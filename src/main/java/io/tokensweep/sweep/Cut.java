package io.tokensweep.sweep;

import java.math.BigInteger;

/**
 * How the units of a plan are cut for the slots that there are.
 *
 * @param slots that work side by side
 * @param parts most parts that the trials of a group are in; 1 where no group is cut
 * @param macsRepeated multiply-accumulates of shared layers that parts compute again, over all
 *     images
 */
public record Cut(int slots, int parts, BigInteger macsRepeated) {
  /** For any number of slots: all trials of a group stay together. */
  static final int ANY = 1;

  public Cut {
    if (slots < 1 || parts < 1) {
      throw new IllegalArgumentException("%d slots, %d parts".formatted(slots, parts));
    }
  }
}
