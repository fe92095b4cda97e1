package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Operators.LinearLayer;
import java.util.Map;
import java.util.Set;

/**
 * One pre-norm transformer block in two halves, because most methods reduce between them:
 *
 * <pre>
 *   U = X + MHSA(LN1(X)) / λ      {@link #attend}
 *   V = reduce(U, attention)
 *   Y = V + FFN(LN2(V)) / λ       {@link #feedForward}
 * </pre>
 *
 * <p>λ is 1 but in LV-ViT.
 */
public final class Block {
  private final Attention attention;
  private final Norm norm1;
  private final Norm norm2;
  private final LinearLayer fc1;
  private final LinearLayer fc2;
  private final double residualDivisor;

  Block(Architecture architecture, Operators operators, Map<String, NDArray> weights, int index) {
    String prefix = "blocks." + index + ".";
    this.attention = new Attention(operators, architecture.heads(), weights, prefix + "attn.");
    double epsilon = architecture.design().epsilon();
    this.norm1 = Norm.of(weights, prefix + "norm1", epsilon);
    this.norm2 = Norm.of(weights, prefix + "norm2", epsilon);
    this.fc1 = operators.linear(weights, prefix + "mlp.fc1");
    this.fc2 = operators.linear(weights, prefix + "mlp.fc2");
    this.residualDivisor = architecture.design().residualDivisor();
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

  /** U = X + MHSA(LN1(X)) / λ, with the parts of the attention that {@code needs} names. */
  public Attended attend(Tokens tokens, Set<Need> needs) {
    Attention.Result result = attention.attend(norm1.of(tokens.x()), tokens, needs);
    return new Attended(tokens.withX(add(tokens.x(), result.update())), result.view());
  }

  /** U for the rows that {@code selector} keeps: X[kept] + proj(A[kept, :] V) / λ. */
  public Tokens attendRows(Tokens tokens, RowSelector selector) {
    Attention.Selected selected = attention.attendRows(norm1.of(tokens.x()), tokens, selector);
    Tokens kept = TokenRows.gather(tokens, selected.rows());
    return kept.withX(add(kept.x(), selected.update()));
  }

  /** Y = V + FFN(LN2(V)) / λ with the exact GELU. */
  public Tokens feedForward(Tokens tokens) {
    return tokens.withX(add(tokens.x(), ffn(norm2(tokens.x()))));
  }

  /**
   * LN1, for methods that run a block in part.
   *
   * @param x (B, T, D)
   */
  public NDArray norm1(NDArray x) {
    return norm1.of(x);
  }

  /** LN2, as {@link #norm1}. */
  public NDArray norm2(NDArray x) {
    return norm2.of(x);
  }

  /**
   * What the attention residual adds, with only some of the heads; the projection's bias is there
   * without any head too.
   *
   * @param normed LN1 of the tokens, (B, T, D)
   * @param active 1 for a token and 0 for padding, (B, T)
   * @param heads 1 for a head that runs and 0 for one whose channels are zero, (B, H)
   * @return (B, T, D)
   */
  public NDArray attention(NDArray normed, NDArray active, NDArray heads) {
    return attention.update(normed, active, heads);
  }

  /**
   * What the FFN residual adds.
   *
   * @param normed LN2 of the tokens, (B, T, D)
   * @return (B, T, D)
   */
  public NDArray ffn(NDArray normed) {
    return fc2.of(fc1.gelu(normed));
  }

  private NDArray add(NDArray x, NDArray update) {
    return x.add(residualDivisor == 1 ? update : update.div(residualDivisor));
  }
}
