package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.EnumMap;
import java.util.Map;

/**
 * What one block's attention offers to the reduction in that block: exactly what was declared, in
 * fp32 whatever the type of the tokens.
 */
public final class AttentionView {
  private final Map<Need, NDArray> arrays;

  AttentionView(Map<Need, NDArray> arrays) {
    this.arrays = new EnumMap<>(Need.class);
    this.arrays.putAll(arrays);
  }

  /** {@link Need#CLASS_ROW}: not renormalised, so each row sums to less than 1. */
  public NDArray classRow() {
    return get(Need.CLASS_ROW);
  }

  /** {@link Need#MEAN_KEYS}. */
  public NDArray meanKeys() {
    return get(Need.MEAN_KEYS);
  }

  /** {@link Need#VALUE_NORMS}. */
  public NDArray valueNorms() {
    return get(Need.VALUE_NORMS);
  }

  /** {@link Need#CLASS_ROW_PER_HEAD}. */
  public NDArray classRowPerHead() {
    return get(Need.CLASS_ROW_PER_HEAD);
  }

  /** {@link Need#VALUE_NORMS_PER_HEAD}. */
  public NDArray valueNormsPerHead() {
    return get(Need.VALUE_NORMS_PER_HEAD);
  }

  /** {@link Need#COLUMN_SUMS}. */
  public NDArray columnSums() {
    return get(Need.COLUMN_SUMS);
  }

  /** {@link Need#MATRIX}. */
  public NDArray matrix() {
    return get(Need.MATRIX);
  }

  AttentionView viewIn(NDManager scope) {
    Map<Need, NDArray> views = new EnumMap<>(Need.class);
    arrays.forEach(
        (need, array) -> {
          NDArray view = array.reshape(array.getShape());
          view.attach(scope);
          views.put(need, view);
        });
    return new AttentionView(views);
  }

  void moveTo(NDManager scope) {
    arrays.values().forEach(array -> array.attach(scope));
  }

  private NDArray get(Need need) {
    NDArray array = arrays.get(need);
    if (array == null) {
      throw new IllegalStateException("the reduction uses " + need + " without declaring it");
    }
    return array;
  }
}
