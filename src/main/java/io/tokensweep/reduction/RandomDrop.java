package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Random dropping, the EViT poster's motivation: K = ceil(η·N) patch tokens drawn uniformly without
 * replacement for each image go on in their order. The draw depends on (seed, image, block) alone,
 * never on batches or partitions.
 */
final class RandomDrop implements Method {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public String source() {
    return "motivation of Liang et al. 2022";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Whole("seed", 0, 0, Long.MAX_VALUE, "seed of the draw"),
        new Parameter.Choice(
            "mode",
            "layerwise",
            List.of("layerwise", "input"),
            "drop at every site, between attention and FFN, or once ahead of block 0"));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    Draw draw = new Draw(placement.rate(), parameters.whole("seed"));
    if (parameters.choice("mode").equals("layerwise")) {
      return placement.atSites(stage -> new Layerwise(draw));
    }
    SortedMap<Integer, Reduction> atInput = new TreeMap<>();
    atInput.put(0, new AtInput(draw));
    return atInput;
  }

  private record Layerwise(Draw draw) implements Reduction.AfterAttention {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(draw::count);
    }

    @Override
    public Set<Need> needs() {
      return Set.of();
    }

    @Override
    public Tokens reduce(Tokens tokens, AttentionView attention, Site site) {
      return draw.keep(tokens, site);
    }
  }

  private record AtInput(Draw draw) implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(draw::count);
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      return draw.keep(tokens, site);
    }
  }

  private record Draw(double keepRate, long seed) {
    int count(int patches) {
      return KeepCounts.ceil(keepRate, patches);
    }

    Tokens keep(Tokens tokens, Site site) {
      int patches = tokens.patches();
      int kept = count(patches);
      if (kept >= patches) {
        return tokens;
      }
      long[] chosen = new long[tokens.batch() * kept];
      for (int image = 0; image < tokens.batch(); image++) {
        int[] subset = choose(patches, kept, site.imageKeys()[image], site.block());
        for (int k = 0; k < kept; k++) {
          chosen[image * kept + k] = subset[k];
        }
      }
      NDArray indices = tokens.x().getManager().create(chosen, new Shape(tokens.batch(), kept));
      return TokenRows.gather(tokens, TokenRows.withSpecials(indices, tokens.specials()));
    }

    /** The {@code kept} positions with the smallest random keys, ascending. */
    private int[] choose(int patches, int kept, long imageKey, int block) {
      long stream = CounterRandom.mix(CounterRandom.mix(seed, imageKey), block);
      long[] keys = new long[patches];
      for (int j = 0; j < patches; j++) {
        keys[j] = (CounterRandom.mix(stream, j) & ~0xFFFFFL) | j; // 44 random bits, then position
      }
      Arrays.sort(keys);
      int[] chosen = new int[kept];
      for (int k = 0; k < kept; k++) {
        chosen[k] = (int) (keys[k] & 0xFFFFFL);
      }
      Arrays.sort(chosen);
      return chosen;
    }
  }
}
