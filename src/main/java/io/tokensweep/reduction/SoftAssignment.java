package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Tokens;
import java.util.Optional;

/**
 * Ahead of a block the patch tokens become a number of new ones, each a weighted sum of all of
 * them: V = W·Y. The number is that of the trained weights, and tokens are mixed even if none is
 * saved.
 *
 * <p>Where patches go is recorded as that new token in which they weigh most, the first of equal
 * ones. Sizes end here: no new token stands for a number of patches.
 */
public interface SoftAssignment extends Reduction.BeforeBlock {

  /**
   * @param weights W, (B, c, N) fp32
   * @param values Y, what is mixed, (B, N, D)
   */
  record Mixture(NDArray weights, NDArray values) {}

  /** c, the number of new tokens. */
  int clusters();

  /**
   * How the tokens are mixed.
   *
   * @param patches (B, N, D)
   */
  Mixture mixture(NDArray patches, Site site);

  @Override
  default TokenCount after(TokenCount patches) {
    return TokenCount.exactly(clusters());
  }

  @Override
  default Tokens reduce(Tokens tokens, Site site) {
    if (tokens.active().isPresent()) {
      throw new IllegalStateException("soft assignment needs as many tokens in every image");
    }
    Mixture mixture = mixture(tokens.patchFeatures(), site);
    NDArray mixed = Casts.like(mixture.weights().matMul(Casts.wide(mixture.values())), tokens.x());
    return new Tokens(
        tokens.x().get(":, :{}, :", tokens.specials()).concat(mixed, 1),
        tokens.specials(),
        Optional.empty(),
        false,
        Optional.empty(),
        tokens.sources().map(sources -> follow(sources, mixture.weights())),
        tokens.carried());
  }

  private static NDArray follow(NDArray sources, NDArray weights) {
    int clusters = Math.toIntExact(weights.getShape().get(1));
    int tokens = Math.toIntExact(weights.getShape().get(2));
    float[] values = weights.toFloatArray();
    int[] from = sources.toIntArray();
    int patches = Math.toIntExact(sources.getShape().get(1));
    int[] to = new int[from.length];
    int[] cluster = new int[0];
    for (int i = 0; i < from.length; i++) {
      if (i % patches == 0) {
        int first = i / patches * clusters * tokens;
        cluster = Clusters.largest(values, first, clusters, tokens);
      }
      to[i] = from[i] < 0 ? -1 : cluster[from[i]];
    }
    return sources.getManager().create(to, sources.getShape());
  }
}
