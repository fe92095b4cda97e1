package io.tokensweep.reduction;

import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.RowSelector;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * ATS, adaptive token sampling (Fayyaz et al., ECCV 2022; adaptivetokensampling/ATS). Inside the
 * attention of every block from the first site on the significance of an image's patch tokens is
 * sorted, cumulated and stretched to c in [0, 1]. Of N0 levels from the smallest non-zero c up to 1
 * each picks the token with the nearest c; the distinct picks go on, by ascending score. So the
 * number of tokens differs between images.
 */
final class Ats implements Method {
  @Override
  public String name() {
    return "ats";
  }

  @Override
  public String source() {
    return "Fayyaz et al. 2022, adaptivetokensampling/ATS";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public boolean usesKeepRate() {
    return false;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    if (!placement.sites().isEmpty()) {
      Sample sample = new Sample(placement.patches());
      for (int i = placement.sites().get(0); i < placement.architecture().depth(); i++) {
        sites.put(i, sample);
      }
    }
    return sites;
  }

  /**
   * @param levels N0, one for each patch that the image had at first
   */
  private record Sample(int levels) implements Reduction.InsideAttention, RowSelector {
    @Override
    public TokenCount after(TokenCount patches) {
      return new TokenCount(Math.min(1, patches.least()), patches.most());
    }

    @Override
    public RowSelector selector(Site site) {
      return this;
    }

    @Override
    public Set<Need> needs() {
      return Significance.NEEDS;
    }

    @Override
    public Rows select(Tokens tokens, AttentionView attention) {
      float[] scores = Significance.of(attention).toFloatArray();
      List<int[]> images = RealPatches.of(tokens);
      List<int[]> kept = new ArrayList<>();
      for (int image = 0; image < images.size(); image++) {
        int first = image * tokens.patches();
        float[] own = Arrays.copyOfRange(scores, first, first + tokens.patches());
        kept.add(picked(own, images.get(image)));
      }
      return PaddedRows.of(tokens, kept);
    }

    private int[] picked(float[] scores, int[] patches) {
      int[] ascending = Ranking.ascending(scores, patches);
      double[] sums =
          InverseTransform.cumulative(
              Arrays.stream(ascending).mapToDouble(token -> scores[token]).toArray());
      double least = sums[0];
      double range = sums[sums.length - 1] - least;
      if (range == 0) { // a single token, or none of any significance: nothing to choose by
        return ascending;
      }
      double[] stretched = Arrays.stream(sums).map(sum -> (sum - least) / range).toArray();
      return Arrays.stream(InverseTransform.nearest(stretched, levels(stretched)))
          .map(rank -> ascending[rank])
          .toArray();
    }

    /** y_k = y_0 + k (1 - y_0) / (N0 - 1), y_0 the smallest value above 0. */
    private double[] levels(double[] stretched) {
      double lowest = Arrays.stream(stretched).filter(c -> c > 0).findFirst().orElseThrow();
      double[] values = new double[levels];
      Arrays.setAll(values, k -> lowest + k * (1 - lowest) / (levels - 1));
      return values;
    }
  }
}
