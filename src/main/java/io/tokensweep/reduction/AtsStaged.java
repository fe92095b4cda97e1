package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.RowSelector;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * ATS at the sweep's sites only, as JoakimHaurum/TokenReduction has it at a keep rate: site l = 1,
 * 2, … samples at the levels (2i + 1) / (2K), K = max(1, floor(η^l·N0)) + 1, of the cumulated
 * scores in the order of the tokens. Their distinct nearest tokens go on in that order, so images
 * keep different numbers of tokens.
 */
final class AtsStaged implements Method {
  @Override
  public String name() {
    return "ats_staged";
  }

  @Override
  public String source() {
    return "Fayyaz et al. 2022 in JoakimHaurum/TokenReduction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    return placement.atSites(stage -> new Sample(placement.powerCount(stage) + 1));
  }

  /** The levels of K samples as the official torch.arange gives them: one fewer for most K. */
  static double[] levels(int samples) {
    double twice = 2.0 * samples;
    double start = 1 / twice;
    double step = 2 / twice;
    double[] levels = new double[(int) Math.ceil(((twice - 1) / twice - start) / step)];
    Arrays.setAll(levels, i -> (float) (start + i * step));
    return levels;
  }

  /**
   * @param samples K, at least 2
   */
  private record Sample(int samples) implements Reduction.InsideAttention, RowSelector {
    private static final float EPSILON = 1e-6f;

    @Override
    public TokenCount after(TokenCount patches) {
      return new TokenCount(
          Math.min(1, patches.least()), Math.min(levels(samples).length, patches.most()));
    }

    @Override
    public RowSelector selector(Site site) {
      return this;
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.CLASS_ROW_PER_HEAD, Need.VALUE_NORMS_PER_HEAD);
    }

    @Override
    public Rows select(Tokens tokens, AttentionView attention) {
      float[] scores = scores(tokens.specials(), attention).toFloatArray();
      double[] levels = levels(samples);
      List<int[]> images = RealPatches.of(tokens);
      List<int[]> kept = new ArrayList<>();
      for (int image = 0; image < images.size(); image++) {
        int first = image * tokens.patches();
        int[] patches = images.get(image);
        double[] cumulative =
            InverseTransform.cumulative(
                Arrays.stream(patches).mapToDouble(token -> scores[first + token]).toArray());
        kept.add(
            Arrays.stream(InverseTransform.nearest(cumulative, levels))
                .map(rank -> patches[rank])
                .toArray());
      }
      return PaddedRows.of(tokens, kept);
    }

    /** s_j = g_j / (Σ_i g_i + 1e-6), g_j = Σ_h A^h[class, j] · ‖v_j^h‖, (B, N). */
    private static NDArray scores(int specials, AttentionView attention) {
      NDArray norms = attention.valueNormsPerHead().get(":, :, {}:", specials);
      NDArray weighed = attention.classRowPerHead().mul(norms).sum(new int[] {1});
      return weighed.div(weighed.sum(new int[] {1}, true).add(EPSILON));
    }
  }
}
