package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
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

  private final int heads;

  /**
   * An array that lives as long as the weights, not a Java number: the engine frees the memory of a
   * number right after the operation, and the backward pass would read it.
   */
  private final NDArray scale;

  private final NDArray qkvWeight;
  private final Optional<NDArray> qkvBias;
  private final NDArray projectionWeight;
  private final NDArray projectionBias;

  Attention(int heads, Map<String, NDArray> weights, String prefix) {
    this.heads = heads;
    this.qkvWeight = weights.get(prefix + "qkv.weight");
    double headWidth = (double) qkvWeight.getShape().get(1) / heads;
    this.scale = qkvWeight.getManager().create((float) Math.pow(headWidth, -0.5));
    this.qkvBias = Optional.ofNullable(weights.get(prefix + "qkv.bias"));
    this.projectionWeight = weights.get(prefix + "proj.weight");
    this.projectionBias = weights.get(prefix + "proj.bias");
  }

  /** Softmax of the logits in fp32, (B, H, T, T), and keys and values, each (B, H, T, d). */
  private record Heads(NDArray matrix, NDArray keys, NDArray values) {}

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
    Heads heads = heads(normed, keyBias(tokens));
    return new Result(
        project(Casts.like(heads.matrix, heads.values).matMul(heads.values)),
        view(heads, tokens, needs));
  }

  /** As {@link #attend}, but computes only the rows that {@code selector} keeps. */
  Selected attendRows(NDArray normed, Tokens tokens, RowSelector selector) {
    Heads heads = heads(normed, keyBias(tokens));
    RowSelector.Rows rows = selector.select(tokens, view(heads, tokens, selector.needs()));
    NDArray matrix = Casts.like(gatherRows(heads.matrix, rows.indices()), heads.values);
    return new Selected(project(matrix.matMul(heads.values)), rows);
  }

  /** What the residual adds where only some heads run; see {@link Block#attention}. */
  NDArray update(NDArray normed, NDArray active, NDArray running) {
    Heads heads = heads(normed, Optional.of(paddingBias(active)));
    NDArray perHead = Casts.like(heads.matrix, heads.values).matMul(heads.values);
    return project(perHead.mul(Casts.like(running, perHead).expandDims(2).expandDims(3)));
  }

  /**
   * @param update what the residual adds to the kept rows, (B, K, D)
   */
  record Selected(NDArray update, RowSelector.Rows rows) {}

  /**
   * @param keyBias what the logits of each key get more, (B, T)
   */
  private Heads heads(NDArray normed, Optional<NDArray> keyBias) {
    long batch = normed.getShape().get(0);
    long count = normed.getShape().get(1);
    long width = normed.getShape().get(2);
    NDArray qkv =
        qkvBias
            .map(bias -> Linear.linear(normed, qkvWeight, bias))
            .orElseGet(() -> Linear.linear(normed, qkvWeight))
            .singletonOrThrow()
            .reshape(batch, count, 3, heads, width / heads)
            .transpose(2, 0, 3, 1, 4);
    NDArray queries = qkv.get(0).mul(scale);
    NDArray keys = qkv.get(1);
    NDArray logits = Casts.wide(queries.matMul(keys.transpose(0, 1, 3, 2)));
    NDArray biased =
        keyBias
            .map(perKey -> logits.add(perKey.expandDims(1).expandDims(1))) // (B, 1, 1, T)
            .orElse(logits);
    return new Heads(biased.softmax(-1), keys, qkv.get(2));
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
    NDArray merged =
        perHead
            .transpose(0, 2, 1, 3)
            .reshape(shape.get(0), shape.get(2), shape.get(1) * shape.get(3));
    return Linear.linear(merged, projectionWeight, projectionBias).singletonOrThrow();
  }

  private AttentionView view(Heads heads, Tokens tokens, Set<Need> needs) {
    int specials = tokens.specials();
    Map<Need, NDArray> arrays = new EnumMap<>(Need.class);
    for (Need need : needs) {
      arrays.put(
          need,
          switch (need) {
            case CLASS_ROW -> heads.matrix.get(":, :, 0, {}:", specials).mean(new int[] {1});
            case CLASS_ROW_PER_HEAD -> heads.matrix.get(":, :, 0, {}:", specials);
            case MEAN_KEYS -> Casts.wide(heads.keys).mean(new int[] {1});
            case VALUE_NORMS -> Casts.wide(heads.values).square().sum(new int[] {1, 3}).sqrt();
            case VALUE_NORMS_PER_HEAD ->
                Casts.wide(heads.values).square().sum(new int[] {3}).sqrt();
            case COLUMN_SUMS -> columnSums(heads.matrix, tokens.active());
            case MATRIX -> heads.matrix;
          });
    }
    return new AttentionView(arrays);
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
