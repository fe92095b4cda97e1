package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * PPT, token pruning and pooling (Wu et al. 2023; xjwu1024/PPT). Each site removes min(r,
 * floor(N/2)) patch tokens of every image. Where the significance of an image's tokens has a
 * variance of at least τ the least significant ones are pruned, and the rest goes on in descending
 * order of significance; otherwise similar ones are pooled by ToMe's matching.
 *
 * <p>Without proportional attention sizes start anew at every site, as in the official code.
 */
final class Ppt implements Method {
  @Override
  public String name() {
    return "ppt";
  }

  @Override
  public String source() {
    return "Wu et al. 2023, xjwu1024/PPT";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Whole(
            "r", 50, 0, 10_000, "tokens that a site removes, at most half of its tokens"),
        new Parameter.Real(
            "threshold",
            7e-5,
            0,
            1,
            "variance of the significance from which on an image is pruned instead of pooled;"
                + " 0 prunes every image, 1 pools every image"),
        ToMe.PROPORTIONAL);
  }

  @Override
  public boolean usesKeepRate() {
    return false;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    Reduction reduction =
        new PruneOrPool(
            Math.toIntExact(parameters.whole("r")),
            parameters.real("threshold"),
            parameters.flag(ToMe.PROPORTIONAL.name()));
    return placement.atSites(stage -> reduction);
  }

  private record PruneOrPool(int r, double threshold, boolean proportional)
      implements Reduction.AfterAttention {
    private static final String PRUNE = "prune";
    private static final String POOL = "pool";
    private static final List<String> POLICIES = List.of(PRUNE, POOL);

    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(n -> n - BipartiteMatching.pairs(r, n));
    }

    /** As if the image were pooled: pruning only ranks. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      return BipartiteMatching.macs(architecture, r, patches);
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.CLASS_ROW, Need.VALUE_NORMS, Need.MEAN_KEYS);
    }

    @Override
    public Tokens reduce(Tokens before, AttentionView attention, Site site) {
      int removed = BipartiteMatching.pairs(r, before.patches());
      if (removed == 0) {
        return before;
      }
      Tokens tokens = proportional ? before : withoutSizes(before);
      NDArray scores = Significance.of(attention);
      NDArray keys = attention.meanKeys();
      double[] variances = Significance.variances(scores);
      int[] pruned = images(tokens, image -> variances[image] >= threshold);
      int[] pooled = images(tokens, image -> variances[image] < threshold);
      if (pooled.length == 0) {
        return prune(tokens, scores, removed);
      }
      if (pruned.length == 0) {
        return pool(tokens, keys, removed);
      }
      return ImageRows.join(
          prune(ImageRows.take(tokens, pruned), ImageRows.take(scores, pruned), removed),
          pruned,
          pool(ImageRows.take(tokens, pooled), ImageRows.take(keys, pooled), removed),
          pooled);
    }

    @Override
    public Optional<Policies> policies(Tokens tokens, AttentionView attention) {
      if (BipartiteMatching.pairs(r, tokens.patches()) == 0) {
        return Optional.empty();
      }
      double[] variances = Significance.variances(Significance.of(attention));
      int[] taken =
          Arrays.stream(variances)
              .mapToInt(variance -> POLICIES.indexOf(variance >= threshold ? PRUNE : POOL))
              .toArray();
      return Optional.of(new Policies(POLICIES, taken));
    }

    /** Without proportional attention the official code weighs all tokens of a site alike. */
    private static Tokens withoutSizes(Tokens tokens) {
      return new Tokens(
          tokens.x(),
          tokens.specials(),
          Optional.empty(),
          false,
          tokens.active(),
          tokens.sources(),
          tokens.carried());
    }

    private static int[] images(Tokens tokens, IntPredicate policy) {
      return IntStream.range(0, tokens.batch()).filter(policy).toArray();
    }

    private Tokens prune(Tokens tokens, NDArray scores, int removed) {
      NDArray kept = Ranking.descending(scores).get(":, :{}", tokens.patches() - removed);
      Tokens rest = TokenRows.gather(tokens, TokenRows.withSpecials(kept, tokens.specials()));
      NDArray sizes =
          rest.sizes()
              .orElseGet(() -> rest.x().getManager().ones(new Shape(rest.batch(), rest.count())));
      return new Tokens(
          rest.x(),
          rest.specials(),
          Optional.of(sizes),
          proportional,
          rest.active(),
          rest.sources(),
          rest.carried());
    }

    private Tokens pool(Tokens tokens, NDArray keys, int removed) {
      return BipartiteMatching.of(keys, tokens.specials(), removed).merge(tokens, proportional);
    }
  }
}
