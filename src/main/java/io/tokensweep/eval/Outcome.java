package io.tokensweep.eval;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Macs;
import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.SortedMap;

/**
 * One variant on one batch, in Java memory. Arrays are indexed by block first, then by image.
 *
 * @param logits (B, classes) row-major
 * @param flow tokens of each image in every block
 * @param evidence what else each block shows
 * @param diversity r(Z) of each image
 */
@SuppressWarnings("ArrayRecordComponent") // a batch's results are read once and forgotten
public record Outcome(
    float[] logits, Flow flow, List<Evidence> evidence, Diversity.Scores diversity) {
  public Outcome {
    evidence = List.copyOf(evidence);
  }

  /**
   * Tokens include the specials; each array is [block][image].
   *
   * @param attended tokens in the attention of a block, 0 where an image skipped it
   * @param rows of them those whose row of the attention matrix was computed
   * @param heads attention heads of the block that ran
   * @param forwarded tokens in its FFN, 0 where an image skipped it
   * @param left tokens that leave it
   */
  public record Flow(
      int[][] attended, int[][] rows, int[][] heads, int[][] forwarded, int[][] left) {
    static Flow ofDepth(int depth) {
      return new Flow(
          new int[depth][], new int[depth][], new int[depth][], new int[depth][], new int[depth][]);
    }

    Flow copy() {
      return new Flow(
          attended.clone(), rows.clone(), heads.clone(), forwarded.clone(), left.clone());
    }

    /** Multiply-accumulates of one image in the attention and the FFN of a block. */
    public long macs(Architecture architecture, int block, int image) {
      return Macs.attention(
              architecture, attended[block][image], rows[block][image], heads[block][image])
          + Macs.feedForward(architecture, forwarded[block][image]);
    }

    /**
     * Multiply-accumulates of one image in the reductions at a block themselves.
     *
     * @param patches of the image that entered block 0
     */
    public long overhead(
        Architecture architecture,
        SortedMap<Integer, Reduction> sites,
        int patches,
        int block,
        int image) {
      int specials = architecture.specials();
      int entering = block == 0 ? patches : left[block - 1][image] - specials;
      return Reduction.parts(sites, block)
          .mapToLong(
              part ->
                  part.overhead(
                      architecture, Math.max(0, seen(part, block, image, specials, entering))))
          .sum();
    }

    /** Patch tokens that a reduction is given; below 0 where special tokens halted as well. */
    private int seen(Reduction part, int block, int image, int specials, int entering) {
      if (part instanceof Reduction.InsideAttention || part instanceof Reduction.AfterAttention) {
        return attended[block][image] - specials;
      }
      if (part instanceof Reduction.AfterBlock) {
        return forwarded[block][image] - specials;
      }
      return part instanceof Reduction.BeforeHead ? left[block][image] - specials : entering;
    }
  }
}
