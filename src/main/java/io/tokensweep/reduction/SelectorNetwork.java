package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The predictor of DynamicViT, which SPViT has for each head: whether a token is worth keeping,
 * from its own features and those of all tokens.
 *
 * <pre>
 *   u = GELU(Linear(LN(x)))
 *   z = [first half of u, mean over the tokens of the second half of u]
 *   logits = Linear(GELU(Linear(GELU(Linear(z)))))       keep, drop
 * </pre>
 *
 * @param in name of the layers that make u: 0 is the norm, 1 is linear
 * @param out name of those that make the logits: 0, 2 and 4
 */
record SelectorNetwork(String in, String out) {
  private static final double NORM_EPSILON = 1e-5;

  /** Shapes of the weights where {@code width} channels come in. */
  Map<String, List<Long>> weights(long width) {
    Map<String, List<Long>> weights = new TreeMap<>();
    weights.putAll(TrainedLayers.normWeights(in + ".0", width));
    weights.putAll(TrainedLayers.linearWeights(in + ".1", width, width));
    weights.putAll(TrainedLayers.linearWeights(out + ".0", width, width / 2));
    weights.putAll(TrainedLayers.linearWeights(out + ".2", width / 2, width / 4));
    weights.putAll(TrainedLayers.linearWeights(out + ".4", width / 4, 2));
    return weights;
  }

  /** Multiply-accumulates for one token: 1.625·width² + width/2. */
  static long macs(long width) {
    return width * width + width * (width / 2) + (width / 2) * (width / 4) + (width / 4) * 2;
  }

  /** Whether halves and quarters of so many channels exist. */
  static boolean fits(long width) {
    return width % 4 == 0;
  }

  /**
   * @param features of patch tokens, (B, N, width)
   * @param meanOffset added to the mean over the tokens
   * @return logits of keep and drop, (B, N, 2) fp32
   */
  NDArray logits(Site site, NDArray features, Optional<NDArray> real, double meanOffset) {
    NDArray u =
        Activation.gelu(
            TrainedLayers.linear(
                site, in + ".1", TrainedLayers.layerNorm(site, in + ".0", features, NORM_EPSILON)));
    long half = u.getShape().get(2) / 2;
    NDArray local = u.get(":, :, :{}", half);
    NDArray global = mean(u.get(":, :, {}:", half), real).add(meanOffset);
    NDArray z = local.concat(global.broadcast(local.getShape()), 2);
    NDArray hidden = Activation.gelu(TrainedLayers.linear(site, out + ".0", z));
    return Casts.wide(
        TrainedLayers.linear(
            site, out + ".4", Activation.gelu(TrainedLayers.linear(site, out + ".2", hidden))));
  }

  /** Marks of the patch tokens that exist, (B, N, 1); none if all do. */
  static Optional<NDArray> real(Tokens tokens) {
    return tokens.active().map(active -> active.get(":, {}:", tokens.specials()).expandDims(2));
  }

  private static NDArray mean(NDArray u, Optional<NDArray> real) {
    int[] overTokens = {1};
    NDArray wide = Casts.wide(u);
    NDArray mean =
        real.map(marks -> wide.mul(marks).sum(overTokens, true).div(marks.sum(overTokens, true)))
            .orElseGet(() -> wide.mean(overTokens, true));
    return Casts.like(mean, u);
  }
}
