package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Need;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * EViT, token reorganisation (Liang et al., ICLR 2022; youweiliang/evit).
 *
 * <p>Between attention and FFN the K = ceil(η·N) patch tokens with the highest class attention
 * (head mean, after softmax) go on, in descending order of it. With {@code fuse} one token follows
 * them: the sum of the others weighted by their raw class attention. If K = N nothing happens.
 * {@code counts} offers TokenReduction's K = floor(η^l·N0) as well.
 */
final class Evit implements Method {
  @Override
  public String name() {
    return "evit";
  }

  @Override
  public String source() {
    return "Liang et al. 2022, youweiliang/evit";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Flag(
            "fuse", true, "append the inattentive tokens as one, weighted by class attention"),
        KeepCounts.parameter(KeepCounts.Rule.CEIL_CURRENT));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    return sites(placement, KeepCounts.rule(parameters), parameters.flag("fuse"));
  }

  static SortedMap<Integer, Reduction> sites(
      Placement placement, KeepCounts.Rule counts, boolean fuse) {
    return placement.atSites(
        stage ->
            new Reorganise(
                switch (counts) {
                  case CEIL_CURRENT -> new Kept.Share(placement.rate());
                  case FLOOR_ABSOLUTE -> new Kept.Fixed(placement.powerCount(stage));
                },
                fuse));
  }

  /** How many of N patch tokens are kept. */
  private sealed interface Kept {
    int of(int patches);

    record Share(double rate) implements Kept {
      @Override
      public int of(int patches) {
        return KeepCounts.ceil(rate, patches);
      }
    }

    record Fixed(int count) implements Kept {
      @Override
      public int of(int patches) {
        return Math.min(count, patches);
      }
    }
  }

  private record Reorganise(Kept rule, boolean fuse) implements Reduction.AfterAttention {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(
          n -> {
            int kept = rule.of(n);
            return kept >= n ? n : kept + (fuse ? 1 : 0);
          });
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.CLASS_ROW);
    }

    @Override
    public Tokens reduce(Tokens tokens, AttentionView attention, Site site) {
      int kept = rule.of(tokens.patches());
      if (kept >= tokens.patches()) {
        return tokens;
      }
      NDArray ranked = Ranking.descending(attention.classRow());
      NDArray attentive = ranked.get(":, :{}", kept);
      Tokens keptTokens =
          TokenRows.gather(tokens, TokenRows.withSpecials(attentive, tokens.specials()));
      return fuse
          ? appendFused(tokens, keptTokens, attention.classRow(), ranked.get(":, {}:", kept))
          : keptTokens;
    }

    /** f = Σ a_cls[j] · U_j over the inattentive tokens, weights not normalised. */
    private static Tokens appendFused(
        Tokens before, Tokens kept, NDArray classRow, NDArray inattentive) {
      NDArray ascending = inattentive.sort(1);
      NDArray features = TokenRows.gather(before.x(), ascending.add(before.specials()));
      NDArray weights = classRow.gather(ascending, 1).expandDims(1);
      NDArray fused = Casts.like(weights.matMul(Casts.wide(features)), before.x());
      return new Tokens(
          kept.x().concat(fused, 1),
          kept.specials(),
          kept.sizes().map(sizes -> sizes.concat(fusedSizes(before, ascending), 1)),
          kept.proportional(),
          TokenRows.appendOnes(kept.active(), 1),
          kept.sources()
              .map(sources -> droppedTo(kept.patches(), before.sources().orElseThrow(), sources)),
          kept.carried());
    }

    private static NDArray fusedSizes(Tokens before, NDArray inattentive) {
      return before
          .sizes()
          .orElseThrow()
          .gather(inattentive.add(before.specials()), 1)
          .sum(new int[] {1}, true);
    }

    /** Patches that were there before and are dropped now went into the fused token. */
    private static NDArray droppedTo(int fusedIndex, NDArray before, NDArray after) {
      NDArray fusedNow = before.gte(0).logicalAnd(after.lt(0)).toType(DataType.INT32, false);
      return after.add(fusedNow.mul(fusedIndex + 1)).toType(DataType.INT32, false);
    }
  }
}
