package io.tokensweep.reduction;

import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One-dimensional adaptive pooling along the inattentive tokens as they stand.
 *
 * @param maximum the largest value of each channel instead of the mean
 */
record AdaptivePooling(boolean maximum) implements Merger {
  @Override
  public List<List<Group>> merge(Tokens tokens, List<Decoupled> images, Site site) {
    return images.stream().map(this::groups).toList();
  }

  private List<Group> groups(Decoupled image) {
    int[] tokens = image.inattentive();
    int windows = image.budget().clusters();
    return IntStream.range(0, windows)
        .mapToObj(w -> group(tokens, PoolingWindow.adaptive(w, windows, tokens.length)))
        .toList();
  }

  private Group group(int[] tokens, PoolingWindow window) {
    int[] members = Arrays.copyOfRange(tokens, window.start(), window.end());
    return maximum ? new Group.Maximum(members) : Group.mean(members, members);
  }
}
