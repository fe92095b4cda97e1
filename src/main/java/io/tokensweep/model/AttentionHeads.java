package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * What the heads of one block attend with.
 *
 * @param queries (B, H, T, d), as are {@code keys} and {@code values}
 * @param keyBias what the logits of each key get more, (B, T) fp32
 * @param scale 1 / √d, an array that lives as long as the weights and not a Java number: the engine
 *     frees the memory of a number right after the operation, and the backward pass would read it
 */
record AttentionHeads(
    NDArray queries, NDArray keys, NDArray values, Optional<NDArray> keyBias, NDArray scale) {

  /** softmax(q kᵀ / √d + bias), products and all in fp32, (B, H, T, T). */
  NDArray matrix() {
    return matrix(queries);
  }

  /** Row of the class token in {@link #matrix}, (B, H, T). */
  NDArray classRow() {
    return matrix(queries.get(":, :, :1, :")).squeeze(2);
  }

  private NDArray matrix(NDArray rows) {
    NDArray logits = Casts.wide(rows).mul(scale).matMul(Casts.wide(keys).transpose(0, 1, 3, 2));
    return keyBias
        .map(perKey -> logits.add(perKey.expandDims(1).expandDims(1))) // (B, 1, 1, T)
        .orElse(logits)
        .softmax(-1);
  }
}
