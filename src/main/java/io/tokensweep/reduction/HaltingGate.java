package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Casts;

/**
 * How near a token is to halting after a block: h = σ(γ·x[0] - β), of its channel 0 (A-ViT).
 *
 * @param scale γ
 * @param center β
 */
public record HaltingGate(float scale, float center) {
  /**
   * @param x output of a block, (B, T, D)
   * @return h of each token, B · T values
   */
  public float[] scores(NDArray x) {
    float[] scores = Casts.wide(x.get(":, :, 0")).toFloatArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (1 / (1 + Math.exp(-(scores[i] * scale - center))));
    }
    return scores;
  }
}
