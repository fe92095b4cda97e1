package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Operators.LinearLayer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Multi-head self-attention of one block: qkv projection, softmax(q k^T / sqrt(d)) v, projection.
 */
final class Attention {
  /**
   * Logit of padding: its softmax is exactly 0 beside any real token, and an image of nothing but
   * padding stays finite (A-ViT's official code has the same number).
   */
  private static final float PADDING = -1000;

  private final Operators operators;
  private final int heads;
  private final NDArray scale;
  private final LinearLayer qkv;
  private final LinearLayer projection;

  Attention(Operators operators, int heads, Map<String, NDArray> weights, String prefix) {
    this.operators = operators;
    this.heads = heads;
    NDArray weight = weights.get(prefix + "qkv.weight");
    double headWidth = (double) weight.getShape().get(1) / heads;
    this.scale = weight.getManager().create((float) Math.pow(headWidth, -0.5));
    this.qkv = operators.linear(weights, prefix + "qkv");
    this.projection = operators.linear(weights, prefix + "proj");
  }

  /**
   * @param update what the residual adds, (B, T, D)
   * @param view what {@code needs} asked for
   */
  record Result(NDArray update, AttentionView view) {}

  /**
   * @param normed LN1 of the tokens, (B, T, D)
   * @param tokens the tokens themselves, for their sizes and padding
   */
  Result attend(NDArray normed, Tokens tokens, Set<Need> needs) {
    AttentionHeads attending = heads(normed, keyBias(tokens));
    return new Result(project(operators.attention(attending)), view(attending, tokens, needs));
  }

  /** As {@link #attend}, but computes only the rows that {@code selector} keeps. */
  Selected attendRows(NDArray normed, Tokens tokens, RowSelector selector) {
    AttentionHeads attending = heads(normed, keyBias(tokens));
    RowSelector.Rows rows = selector.select(tokens, view(attending, tokens, selector.needs()));
    NDArray values = attending.values();
    NDArray matrix = Casts.like(gatherRows(attending.matrix(), rows.indices()), values);
    return new Selected(project(matrix.matMul(values)), rows);
  }

  /** What the residual adds where only some heads run; see {@link Block#attention}. */
  NDArray update(NDArray normed, NDArray active, NDArray running) {
    NDArray perHead = operators.attention(heads(normed, Optional.of(paddingBias(active))));
    return project(perHead.mul(Casts.like(running, perHead).expandDims(2).expandDims(3)));
  }

  /**
   * @param update what the residual adds to the kept rows, (B, K, D)
   */
  record Selected(NDArray update, RowSelector.Rows rows) {}

  /**
   * @param keyBias what the logits of each key get more, (B, T)
   */
  private AttentionHeads heads(NDArray normed, Optional<NDArray> keyBias) {
    long batch = normed.getShape().get(0);
    long count = normed.getShape().get(1);
    long width = normed.getShape().get(2);
    NDArray parts =
        qkv.of(normed).reshape(batch, count, 3, heads, width / heads).transpose(2, 0, 3, 1, 4);
    return new AttentionHeads(parts.get(0), parts.get(1), parts.get(2), keyBias, scale);
  }

  /** log(size) of proportional attention, and {@link #PADDING} where there is no token. */
  private static Optional<NDArray> keyBias(Tokens tokens) {
    Optional<NDArray> sizes =
        tokens.proportional() ? tokens.sizes().map(NDArray::log) : Optional.empty();
    Optional<NDArray> padding = tokens.active().map(Attention::paddingBias);
    return sizes.isPresent() && padding.isPresent()
        ? Optional.of(sizes.get().add(padding.get()))
        : sizes.or(() -> padding);
  }

  private static NDArray paddingBias(NDArray active) {
    return active.sub(1).mul(-PADDING);
  }

  private NDArray project(NDArray perHead) {
    Shape shape = perHead.getShape();
    return projection.of(
        perHead
            .transpose(0, 2, 1, 3)
            .reshape(shape.get(0), shape.get(2), shape.get(1) * shape.get(3)));
  }

  private AttentionView view(AttentionHeads heads, Tokens tokens, Set<Need> needs) {
    int specials = tokens.specials();
    Map<Need, NDArray> arrays = new EnumMap<>(Need.class);
    for (Need need : needs) {
      arrays.put(
          need,
          switch (need) {
            case CLASS_ROW -> classRow(heads, specials).mean(new int[] {1});
            case CLASS_ROW_PER_HEAD -> classRow(heads, specials);
            case MEAN_KEYS -> Casts.wide(heads.keys()).mean(new int[] {1});
            case VALUE_NORMS -> Casts.wide(heads.values()).square().sum(new int[] {1, 3}).sqrt();
            case VALUE_NORMS_PER_HEAD ->
                Casts.wide(heads.values()).square().sum(new int[] {3}).sqrt();
            case COLUMN_SUMS -> columnSums(heads.matrix(), tokens.active());
            case MATRIX -> heads.matrix();
          });
    }
    return new AttentionView(arrays);
  }

  private static NDArray classRow(AttentionHeads heads, int specials) {
    return heads.classRow().get(":, :, {}:", specials);
  }

  private static NDArray columnSums(NDArray matrix, Optional<NDArray> active) {
    NDArray overHeads = matrix.sum(new int[] {1});
    return active
        .map(rows -> overHeads.mul(rows.expandDims(2)))
        .orElse(overHeads)
        .sum(new int[] {1});
  }

  private static NDArray gatherRows(NDArray matrix, NDArray indices) {
    Shape shape = matrix.getShape();
    NDArray wide =
        indices
            .expandDims(1)
            .expandDims(3)
            .broadcast(shape.get(0), shape.get(1), indices.getShape().get(1), shape.get(3));
    return matrix.gather(wide, 2);
  }
}
