package io.tokensweep.reduction;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.Tokens;
import java.util.Set;

/**
 * ToMe's step at one block: bipartite soft matching of the head-mean keys merges min(r, floor(N/2))
 * pairs.
 *
 * @param r pairs to merge, at least 1
 * @param proportional whether attention adds log(size) to the logits of its keys from then on
 */
record MergeTokens(int r, boolean proportional) implements Reduction.AfterAttention {
  @Override
  public TokenCount after(TokenCount patches) {
    return patches.map(n -> n - BipartiteMatching.pairs(r, n));
  }

  @Override
  public long overhead(Architecture architecture, int patches) {
    return BipartiteMatching.macs(architecture, r, patches);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.MEAN_KEYS);
  }

  @Override
  public Tokens reduce(Tokens tokens, AttentionView attention, Site site) {
    int pairs = BipartiteMatching.pairs(r, tokens.patches());
    return pairs == 0
        ? tokens
        : BipartiteMatching.of(attention.meanKeys(), tokens.specials(), pairs)
            .merge(tokens, proportional);
  }
}
