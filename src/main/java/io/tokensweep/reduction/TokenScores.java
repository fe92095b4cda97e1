package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Tokens;

/** A choice of tokens by learned scores, which can be looked at. */
public interface TokenScores {
  /**
   * @param tokens that come to the site
   * @return score of each patch token, (B, N) fp32; means nothing for padding
   */
  NDArray scores(Tokens tokens, Site site);
}
