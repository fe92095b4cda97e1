package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.util.Map;
import java.util.Set;

/**
 * One pre-norm transformer block in two halves, because most methods reduce between them:
 *
 * <pre>
 *   U = X + MHSA(LN1(X))      {@link #attend}
 *   V = reduce(U, attention)
 *   Y = V + FFN(LN2(V))       {@link #feedForward}
 * </pre>
 */
public final class Block {
  private final Attention attention;
  private final Map<String, NDArray> weights;
  private final String prefix;

  Block(Architecture architecture, Map<String, NDArray> weights, int index) {
    this.prefix = "blocks." + index + ".";
    this.weights = weights;
    this.attention = new Attention(architecture.heads(), weights, prefix + "attn.");
  }

  /**
   * @param tokens U, after the attention residual
   * @param attention what {@code needs} asked for
   */
  public record Attended(Tokens tokens, AttentionView attention) {
    /** Views whose results belong to {@code scope}; see {@link Tokens#viewIn}. */
    public Attended viewIn(NDManager scope) {
      return new Attended(tokens.viewIn(scope), attention.viewIn(scope));
    }

    /** Hands all arrays to {@code scope}, which then decides when they end. */
    public Attended moveTo(NDManager scope) {
      attention.moveTo(scope);
      return new Attended(tokens.moveTo(scope), attention);
    }
  }

  /** U = X + MHSA(LN1(X)), with the parts of the attention that {@code needs} names. */
  public Attended attend(Tokens tokens, Set<Need> needs) {
    Attention.Result result = attention.attend(norm(tokens.x(), "norm1"), tokens, needs);
    return new Attended(tokens.withX(tokens.x().add(result.update())), result.view());
  }

  /** U for the rows that {@code selector} keeps: X[kept] + proj(A[kept, :] V). */
  public Tokens attendRows(Tokens tokens, RowSelector selector) {
    Attention.Selected selected = attention.attendRows(norm(tokens.x(), "norm1"), tokens, selector);
    Tokens kept = TokenRows.gather(tokens, selected.rows());
    return kept.withX(kept.x().add(selected.update()));
  }

  /** Y = V + FFN(LN2(V)) with the exact GELU. */
  public Tokens feedForward(Tokens tokens) {
    NDArray hidden = Activation.gelu(linear(norm(tokens.x(), "norm2"), "mlp.fc1"));
    return tokens.withX(tokens.x().add(linear(hidden, "mlp.fc2")));
  }

  private NDArray norm(NDArray x, String name) {
    return layerNorm(
        x, weights.get(prefix + name + ".weight"), weights.get(prefix + name + ".bias"));
  }

  private NDArray linear(NDArray x, String name) {
    return Linear.linear(
            x, weights.get(prefix + name + ".weight"), weights.get(prefix + name + ".bias"))
        .singletonOrThrow();
  }

  static NDArray layerNorm(NDArray x, NDArray weight, NDArray bias) {
    Shape normalised = new Shape(x.getShape().get(2));
    return LayerNorm.layerNorm(x, normalised, weight, bias, (float) Architecture.LAYER_NORM_EPSILON)
        .singletonOrThrow();
  }
}
