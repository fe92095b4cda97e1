package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Tokens;
import io.tokensweep.reduction.Policies;
import java.util.Optional;

/**
 * What a block shows of the images of a batch, beside token counts.
 *
 * @param significance variance of the significance scores of each image's patch tokens; empty where
 *     the block's attention was not computed as a whole, that is for row selection and gating
 * @param policies empty where the block's reduction has but one way to go
 * @param diversity empty where nothing changes the tokens
 * @param sources empty unless recorded, and where nothing changes the tokens
 */
public record Evidence(
    Optional<double[]> significance,
    Optional<Policies> policies,
    Optional<Change> diversity,
    Optional<Sources> sources) {
  static final Evidence NONE =
      new Evidence(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * r(Z) around what changes the tokens of a block.
   *
   * @param before of the tokens that the block's first reduction is given; for row selection those
   *     ahead of the attention
   * @param after of the tokens that its last reduction leaves
   */
  public record Change(Diversity.Scores before, Diversity.Scores after) {}

  /**
   * Where the original patches are after a block.
   *
   * @param tokens patch tokens of each image
   * @param ofPatch for each image and original patch the index of its token, -1 if it was dropped
   */
  @SuppressWarnings("ArrayRecordComponent") // a batch's results are read once and forgotten
  public record Sources(int[] tokens, int[][] ofPatch) {
    /**
     * Of tokens that record their sources. Padding may lie anywhere among them: tokens are numbered
     * without it, and a patch whose token became padding was dropped.
     */
    static Sources of(Tokens tokens) {
      int[] sources = tokens.sources().orElseThrow().toIntArray();
      float[] active = tokens.active().map(NDArray::toFloatArray).orElseGet(() -> new float[0]);
      int patches = sources.length / tokens.batch();
      int[][] ofPatch = new int[tokens.batch()][patches];
      for (int image = 0; image < tokens.batch(); image++) {
        int[] number = new int[tokens.patches()];
        int next = 0;
        for (int token = 0; token < number.length; token++) {
          int at = image * tokens.count() + tokens.specials() + token;
          number[token] = active.length == 0 || active[at] != 0 ? next++ : -1;
        }
        for (int patch = 0; patch < patches; patch++) {
          int token = sources[image * patches + patch];
          ofPatch[image][patch] = token < 0 ? -1 : number[token];
        }
      }
      return new Sources(tokens.patchesPerImage(), ofPatch);
    }
  }

  Evidence withSignificance(double[] variances) {
    return new Evidence(Optional.of(variances), policies, diversity, sources);
  }

  Evidence withPolicies(Policies taken) {
    return new Evidence(significance, Optional.of(taken), diversity, sources);
  }

  /** A second change in a block goes on from the first. */
  Evidence withChange(Diversity.Scores before, Diversity.Scores after) {
    Diversity.Scores first = diversity.map(Change::before).orElse(before);
    return new Evidence(significance, policies, Optional.of(new Change(first, after)), sources);
  }

  Evidence withSources(Sources recorded) {
    return new Evidence(significance, policies, diversity, Optional.of(recorded));
  }
}
