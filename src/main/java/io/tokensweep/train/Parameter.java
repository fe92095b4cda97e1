package io.tokensweep.train;

import io.tokensweep.model.HostTensor;
import java.util.Set;

/**
 * A weight and what AdamW remembers of its gradients. All three arrays change in place.
 *
 * @param value the weight
 * @param mean decaying mean of the gradients, m
 * @param variance decaying mean of their squares, v
 * @param decayed whether weight decay acts on it
 */
@SuppressWarnings("ArrayRecordComponent") // updated in place on purpose
record Parameter(HostTensor value, float[] mean, float[] variance, boolean decayed) {
  private static final Set<String> EMBEDDINGS = Set.of("cls_token", "pos_embed");

  static Parameter of(String name, HostTensor value, float[] mean, float[] variance) {
    return new Parameter(
        value, mean, variance, value.shape().length > 1 && !EMBEDDINGS.contains(name));
  }

  static Parameter initial(String name, HostTensor value) {
    int size = value.data().length;
    return of(name, value, new float[size], new float[size]);
  }
}
