package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * DynamicViT (Rao et al., NeurIPS 2021; raoyongming/DynamicViT). Ahead of site s = 1, 2, … a
 * trained predictor gives each patch token the log-probability of being kept; the K = floor(η^s·N0)
 * likeliest go on, in descending order of it. In training tokens are masked instead, with the same
 * effect on the class token.
 */
final class DynamicVit implements Method {
  private static final String PREFIX = "score_predictor.";
  private static final String PREDICTOR = "predictor";
  private static final String OFFICIAL = "dynamicvit";
  private static final String COPY = "tokenreduction";

  @Override
  public String name() {
    return "dynamicvit";
  }

  @Override
  public String source() {
    return "Rao et al. 2021, raoyongming/DynamicViT";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Choice(
            PREDICTOR,
            OFFICIAL,
            List.of(OFFICIAL, COPY),
            "the predictor of the official code, or that of JoakimHaurum/TokenReduction, which adds"
                + " 1e-6 to the mean over all tokens"));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public List<String> weightPrefixes() {
    return List.of(PREFIX);
  }

  @Override
  public Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    Map<String, List<Long>> weights = new TreeMap<>();
    for (int stage = 0; stage < placement.sites().size(); stage++) {
      weights.putAll(network(stage).weights(placement.architecture().width()));
    }
    return weights;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    int width = placement.architecture().width();
    if (!SelectorNetwork.fits(width)) {
      throw new IllegalArgumentException(
          "its predictors need a width that is a multiple of 4, not %d".formatted(width));
    }
    double meanOffset = parameters.choice(PREDICTOR).equals(COPY) ? 1e-6 : 0;
    return placement.atSites(
        stage -> new KeepLikeliest(stage, placement.powerCount(stage), meanOffset));
  }

  private static SelectorNetwork network(int stage) {
    String predictor = PREFIX + stage;
    return new SelectorNetwork(predictor + ".in_conv", predictor + ".out_conv");
  }

  private record KeepLikeliest(int stage, int count, double meanOffset)
      implements Reduction.BeforeBlock, TokenScores {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(n -> Math.min(n, count));
    }

    @Override
    public long overhead(Architecture architecture, int patches) {
      return patches * SelectorNetwork.macs(architecture.width());
    }

    @Override
    public NDArray scores(Tokens tokens, Site site) {
      return network(stage)
          .logits(site, tokens.patchFeatures(), SelectorNetwork.real(tokens), meanOffset)
          .logSoftmax(-1)
          .get(":, :, 0");
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      if (count >= tokens.patches()) {
        return tokens;
      }
      NDArray scores = Survivors.paddingLast(scores(tokens, site), tokens);
      NDArray kept = Ranking.descending(scores).get(":, :{}", count);
      return TokenRows.gather(tokens, TokenRows.withSpecials(kept, tokens.specials()));
    }
  }
}
