package io.tokensweep.reduction;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * The diversity-only strategy of BAT's Figure 1b (methods.md, 3.7): between attention and FFN all
 * patch tokens become ceil(η·N) density-peak clusters, each the plain mean of its tokens. No
 * attention is used. If there are as many clusters as tokens nothing happens.
 */
final class DiversityOnly implements Method {
  @Override
  public String name() {
    return "diversity";
  }

  @Override
  public String source() {
    return "Figure 1b of Long et al. 2023";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(NeighbourParameters.DENSITY, NeighbourParameters.NEIGHBOURS);
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    int neighbours = NeighbourParameters.neighbours(parameters);
    return placement.atSites(stage -> new ClusterAll(placement.rate(), neighbours));
  }

  private record ClusterAll(double keepRate, int neighbours) implements Reduction.AfterAttention {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(this::count);
    }

    private int count(int patches) {
      return Math.min(patches, KeepCounts.ceil(keepRate, patches));
    }

    /** The distances of all tokens to each other. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      return count(patches) == patches ? 0 : Gram.macs(architecture, patches);
    }

    @Override
    public Set<Need> needs() {
      return Set.of();
    }

    @Override
    public Tokens reduce(Tokens tokens, AttentionView attention, Site site) {
      List<int[]> images = RealPatches.of(tokens);
      if (images.stream().allMatch(patches -> count(patches.length) == patches.length)) {
        return tokens;
      }
      List<Gram> grams = Gram.of(tokens.patchFeatures(), images);
      List<List<Group>> leaving = new ArrayList<>(images.size());
      for (int image = 0; image < images.size(); image++) {
        leaving.add(groups(images.get(image), grams.get(image)));
      }
      return Regrouping.apply(tokens, leaving);
    }

    private List<Group> groups(int[] patches, Gram gram) {
      int clusters = count(patches.length);
      if (clusters == patches.length) {
        return Arrays.stream(patches).<Group>mapToObj(Group.Kept::new).toList();
      }
      DensityPeaks peaks = DensityPeaks.of(gram, neighbours, clusters, DensityPeaks.Reading.BAT);
      return Clusters.members(patches, peaks.cluster(), clusters).stream()
          .map(members -> Group.mean(members, members))
          .toList();
    }
  }
}
