package io.tokensweep.reduction;

import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** BAT's own: one token for each density-peak cluster, weighted by class attention. */
record DensityPeakMerger(int neighbours, WeightedMerge weights) implements Merger {
  @Override
  public List<List<Group>> merge(Tokens tokens, List<Decoupled> images) {
    List<Gram> grams = Gram.of(tokens.patchFeatures(), images.stream().map(this::rows).toList());
    return IntStream.range(0, images.size())
        .mapToObj(image -> groups(images.get(image), grams.get(image)))
        .toList();
  }

  /** One cluster has all tokens, whatever their distances. */
  @Override
  public boolean compares(int clusters) {
    return clusters > 1;
  }

  private int[] rows(Decoupled image) {
    return compares(image.budget().clusters()) ? image.inattentive() : new int[0];
  }

  private List<Group> groups(Decoupled image, Gram gram) {
    int clusters = image.budget().clusters();
    if (clusters == 0) {
      return List.of();
    }
    if (clusters == 1) {
      return List.of(weights.of(image.inattentive(), image.classAttention()));
    }
    DensityPeaks peaks = DensityPeaks.of(gram, neighbours, clusters);
    List<Group> groups = new ArrayList<>(clusters);
    for (int[] members : Clusters.members(image.inattentive(), peaks.cluster(), clusters)) {
      groups.add(weights.of(members, image.classAttention()));
    }
    return groups;
  }
}
