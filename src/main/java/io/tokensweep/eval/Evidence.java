package io.tokensweep.eval;

import io.tokensweep.reduction.Policies;
import java.util.Arrays;
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
     * @param sources (B, N0) row-major
     * @param tokens patch tokens of each image
     */
    static Sources of(int[] sources, int[] tokens) {
      int patches = sources.length / tokens.length;
      int[][] ofPatch = new int[tokens.length][];
      for (int image = 0; image < tokens.length; image++) {
        ofPatch[image] = Arrays.copyOfRange(sources, image * patches, (image + 1) * patches);
      }
      return new Sources(tokens, ofPatch);
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
