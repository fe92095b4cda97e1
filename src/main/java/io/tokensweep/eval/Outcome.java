package io.tokensweep.eval;

import io.tokensweep.model.Tokens;

/**
 * One variant on one batch, in Java memory. Arrays are indexed by block first, then by image.
 *
 * @param logits (B, classes) row-major
 * @param flow tokens of each image in every block
 * @param diversity r(Z) of each image
 */
@SuppressWarnings("ArrayRecordComponent") // a batch's results are read once and forgotten
public record Outcome(float[] logits, Flow flow, Diversity.Scores diversity) {

  /**
   * @param attended patch and special tokens in the attention of a block, [block][image]
   * @param forwarded patch and special tokens in its FFN, [block][image]
   * @param left tokens that leave it, [block][image]
   */
  public record Flow(int[][] attended, int[][] forwarded, int[][] left) {
    static Flow ofDepth(int depth) {
      return new Flow(new int[depth][], new int[depth][], new int[depth][]);
    }

    Flow copy() {
      return new Flow(attended.clone(), forwarded.clone(), left.clone());
    }

    static int[] countsOf(Tokens tokens) {
      int[] counts = tokens.patchesPerImage();
      for (int i = 0; i < counts.length; i++) {
        counts[i] += tokens.specials();
      }
      return counts;
    }
  }
}
