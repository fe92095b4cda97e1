package io.tokensweep.report;

import java.util.Arrays;

/**
 * Where the patches of one image are after a block: kept as they are, merged with others, or
 * dropped.
 *
 * @param block 0-based
 * @param tokens patch tokens after the block
 * @param sources for each patch, row by row, the token that holds it, -1 if it was dropped; as many
 *     as a square grid has
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record TokenMap(int block, int tokens, int[] sources) {
  TokenMap {
    int side = side(sources.length);
    if (side < 1 || side * side != sources.length) {
      throw new IllegalArgumentException(sources.length + " patches are no square grid");
    }
    if (Arrays.stream(sources).anyMatch(source -> source < -1 || source >= tokens)) {
      throw new IllegalArgumentException("a patch is in none of the %d tokens".formatted(tokens));
    }
  }

  /** What became of a patch. */
  enum Fate {
    KEPT,
    MERGED,
    DROPPED
  }

  private static int side(int patches) {
    return (int) Math.round(Math.sqrt(patches));
  }

  /** Patches in a row of the grid. */
  int side() {
    return side(sources.length);
  }

  Fate fate(int patch) {
    if (sources[patch] < 0) {
      return Fate.DROPPED;
    }
    return size(sources[patch]) > 1 ? Fate.MERGED : Fate.KEPT;
  }

  private long size(int token) {
    return Arrays.stream(sources).filter(source -> source == token).count();
  }

  /** How many patches ended so. */
  int count(Fate fate) {
    int count = 0;
    for (int patch = 0; patch < sources.length; patch++) {
      count += fate(patch) == fate ? 1 : 0;
    }
    return count;
  }

  /** Tokens that hold several patches. */
  int groups() {
    return (int)
        Arrays.stream(sources)
            .filter(source -> source >= 0)
            .distinct()
            .filter(token -> size(token) > 1)
            .count();
  }

  /** The first patch that is in the same token: names the group for as long as it only grows. */
  int leader(int patch) {
    int first = 0;
    while (sources[first] != sources[patch]) {
      first++;
    }
    return first;
  }

  boolean isSameToken(int patch, int other) {
    return sources[patch] == sources[other];
  }
}
