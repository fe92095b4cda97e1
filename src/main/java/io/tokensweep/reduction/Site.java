package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * Where and on which images a reduction acts.
 *
 * @param block 0-based block index
 * @param imageKeys for each image of the batch a number that names it in every batch, partition and
 *     run, for methods that draw random numbers
 * @param weights the weights of the network by name, those of the method among them
 */
@SuppressWarnings("ArrayRecordComponent") // one array a batch, read only
public record Site(int block, long[] imageKeys, Map<String, NDArray> weights) {

  /** A weight that the method declared in {@link Method#weights}. */
  public NDArray weight(String name) {
    NDArray weight = weights.get(name);
    if (weight == null) {
      throw new IllegalStateException("the network was loaded without " + name);
    }
    return weight;
  }
}
