package io.tokensweep.model.checkpoint;

import java.util.List;

/**
 * What a checkpoint says about one of its tensors.
 *
 * @param type type of the elements
 * @param shape dimensions, outermost first
 */
public record TensorInfo(TensorType type, List<Long> shape) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }
}
