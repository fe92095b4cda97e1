package io.tokensweep.reduction;

import io.tokensweep.model.Tokens;
import java.util.List;

/** How the inattentive tokens become clusters: the rows of BAT's Table 4 (methods.md, 3.9). */
interface Merger {
  /**
   * @return for each image as many groups as its budget has clusters
   */
  List<List<Group>> merge(Tokens tokens, List<Decoupled> images);

  /** Whether {@link #merge} compares all inattentive tokens with each other. */
  default boolean compares(int clusters) {
    return false;
  }

  /** Whether {@link #merge} reads where the original patches went. */
  default boolean needsSources() {
    return false;
  }
}
