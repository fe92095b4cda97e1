package io.tokensweep.reduction;

import java.util.List;

/**
 * Which of several ways a reduction went with each image of a batch.
 *
 * @param names the ways, always the same of a reduction
 * @param taken for each image an index into {@code names}
 */
@SuppressWarnings("ArrayRecordComponent") // a batch's results are read once and forgotten
public record Policies(List<String> names, int[] taken) {
  public Policies {
    names = List.copyOf(names);
  }
}
