package io.tokensweep.reduction;

import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The patch tokens of each image that are no padding. */
final class RealPatches {
  private RealPatches() {}

  /** For each image its tokens, ascending. */
  static List<int[]> of(Tokens tokens) {
    if (tokens.active().isEmpty()) {
      int[] all = IntStream.range(0, tokens.patches()).toArray();
      return Collections.nCopies(tokens.batch(), all);
    }
    float[] active = tokens.active().get().toFloatArray();
    List<int[]> images = new ArrayList<>();
    for (int image = 0; image < tokens.batch(); image++) {
      int first = image * tokens.count() + tokens.specials();
      images.add(
          IntStream.range(0, tokens.patches()).filter(j -> active[first + j] != 0).toArray());
    }
    return images;
  }
}
