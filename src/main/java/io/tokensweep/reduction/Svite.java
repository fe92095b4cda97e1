package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Token selector of SViTE (Chen et al., NeurIPS 2021; VITA-Group/SViTE). Ahead of block 0 a trained
 * linear layer scores the embedded tokens; the K = floor(η·N) patch tokens of the highest score go
 * on in their order. The official code multiplies the others by zero; here they are removed.
 *
 * <p>Its log-softmax over all tokens and its bias are the same for all tokens of an image, so they
 * change no order and are not computed.
 */
final class Svite implements Method {
  private static final String WEIGHT = "gumbel.weight";

  @Override
  public String name() {
    return "svite";
  }

  @Override
  public String source() {
    return "Chen et al. 2021, VITA-Group/SViTE";
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
  public List<String> weightPrefixes() {
    return List.of("gumbel.");
  }

  @Override
  public Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    return Map.of(WEIGHT, List.of(1L, (long) placement.architecture().width()));
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    SortedMap<Integer, Reduction> atInput = new TreeMap<>();
    atInput.put(0, new SelectInput(KeepCounts.floor(placement.rate(), 1, placement.patches())));
    return atInput;
  }

  private record SelectInput(int count) implements Reduction.BeforeBlock, TokenScores {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(n -> Math.min(n, count));
    }

    @Override
    public long overhead(Architecture architecture, int patches) {
      return (long) patches * architecture.width();
    }

    @Override
    public NDArray scores(Tokens tokens, Site site) {
      return Casts.wide(tokens.patchFeatures()).mul(site.weight(WEIGHT)).sum(new int[] {2});
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      if (count >= tokens.patches()) {
        return tokens;
      }
      NDArray scores = Survivors.paddingLast(scores(tokens, site), tokens);
      NDArray kept = Ranking.descending(scores).get(":, :{}", count).sort(1);
      return TokenRows.gather(tokens, TokenRows.withSpecials(kept, tokens.specials()));
    }
  }
}
