package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Need;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evo-ViT, slow and fast tokens (Xu et al., AAAI 2022, arXiv 2108.01390; YifanXu74/Evo-ViT;
 * methods.md, 6.4).
 *
 * <p>Ahead of each of two stages all patch tokens are sorted by their global class attention g. The
 * first K = floor(η·N) are slow and pass through the blocks of the stage. The others, the
 * placeholders, wait and are put back behind them at the end of the stage; with {@code fast_update}
 * a token that represents them passes through the blocks and they get what the blocks add to it.
 * The head reads the mean of all patch tokens.
 */
public final class EvoVit implements Method {
  /**
   * g of all patch tokens, the slow ones ahead of the placeholders, (B, N); name among {@link
   * Tokens#carried}.
   */
  public static final String CLASS_ATTENTION = "evovit.class_attention";

  /** Features of the placeholders, (B, N - K, D). */
  private static final String PLACEHOLDERS = "evovit.placeholders";

  /** Where each original patch is as soon as the placeholders are back, (B, N0). */
  private static final String SOURCES = "evovit.sources";

  /** The representative token as the stage began, (B, 1, D). */
  private static final String REPRESENTATIVE = "evovit.representative";

  /** A third of the blocks, rounded down, comes ahead of the first stage, and as many are in it. */
  private static final int PARTS = 3;

  @Override
  public String name() {
    return "evovit";
  }

  @Override
  public String source() {
    return "Xu et al. 2022, YifanXu74/Evo-ViT";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Flag(
            "fast_update",
            false,
            "placeholders are updated by a token that represents them, as in the paper; the"
                + " released code leaves them as they are"),
        new Parameter.Real(
            "tradeoff", 0.5, 0, 1, "share of the newest class attention in the global one"),
        new Parameter.Flag(
            "stage_wise", true, "sort once for each stage, not anew ahead of every block"));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    Architecture architecture = placement.architecture();
    int length = architecture.depth() / PARTS;
    if (!architecture.design().isPlain() || length == 0) {
      throw new IllegalArgumentException(
          "it is defined for plain ViT and DeiT of at least %d blocks only".formatted(PARTS));
    }
    int first = length;
    int last = architecture.depth() - 1;
    Select select = new Select(placement.rate(), parameters.flag("fast_update"));
    GlobalAttention initial = new GlobalAttention(architecture.heads(), 1);
    GlobalAttention mixed = new GlobalAttention(architecture.heads(), parameters.real("tradeoff"));
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    sites.put(first - 1, initial);
    for (int block = first; block <= last; block++) {
      boolean everyBlock = !parameters.flag("stage_wise");
      boolean begins = everyBlock || block == first || block == 2 * length;
      boolean ends = everyBlock || block == 2 * length - 1 || block == last;
      List<Reduction> parts = new ArrayList<>();
      if (begins) {
        parts.add(select);
      }
      if (everyBlock ? block < last : block < 2 * length) {
        parts.add(mixed);
      }
      if (ends) {
        parts.add(new PutBack(placement.patches()));
      }
      if (block == last) {
        parts.add(new ReadMean());
      }
      if (!parts.isEmpty()) {
        sites.put(block, parts.size() == 1 ? parts.get(0) : new Reduction.Combined(parts));
      }
    }
    return sites;
  }

  /**
   * g of the tokens that come: (1 - t)·g + t·Σ_h A^h[CLS, j]. With t = 1 no g has to be there.
   *
   * @param heads H
   * @param tradeoff t
   */
  private record GlobalAttention(int heads, double tradeoff) implements Reduction.AfterAttention {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches;
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.CLASS_ROW);
    }

    @Override
    public Tokens reduce(Tokens tokens, AttentionView attention, Site site) {
      NDArray newest = attention.classRow().mul(heads);
      NDArray global = tokens.carried().getOrDefault(CLASS_ATTENTION, newest);
      int slow = slow(tokens);
      NDArray updated =
          global
              .get(":, :{}", slow)
              .mul(1 - tradeoff)
              .add(newest.get(":, :{}", slow).mul(tradeoff));
      return tokens.carrying(
          CLASS_ATTENTION,
          hasPlaceholders(tokens) ? updated.concat(global.get(":, {}:", slow), 1) : updated);
    }
  }

  private static boolean hasPlaceholders(Tokens tokens) {
    return tokens.carried().containsKey(PLACEHOLDERS);
  }

  /** Slow patch tokens: all but the representative one. */
  private static int slow(Tokens tokens) {
    return tokens.patches() - (tokens.carried().containsKey(REPRESENTATIVE) ? 1 : 0);
  }

  /** Sorts by g and sets the placeholders aside. */
  private record Select(double share, boolean fastUpdate) implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(n -> slowOf(n) + (fastUpdate && slowOf(n) < n ? 1 : 0));
    }

    private int slowOf(int patches) {
      return Math.max(1, (int) (share * patches));
    }

    /** The weighted sum that is the representative token. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      return fastUpdate ? (long) (patches - slowOf(patches)) * architecture.width() : 0;
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      NDArray global = tokens.carried().get(CLASS_ATTENTION);
      NDArray order = Ranking.descending(global);
      NDArray sortedGlobal = global.gather(order, 1);
      Tokens sorted =
          TokenRows.gather(tokens, TokenRows.withSpecials(order, tokens.specials()))
              .carrying(CLASS_ATTENTION, sortedGlobal);
      int slow = slowOf(tokens.patches());
      if (slow == tokens.patches()) {
        return sorted;
      }
      NDArray placeholders = sorted.x().get(":, {}:, :", tokens.specials() + slow);
      Tokens kept =
          sorted
              .sources()
              .map(sources -> first(sorted, slow).carrying(SOURCES, sources))
              .orElseGet(() -> first(sorted, slow))
              .carrying(PLACEHOLDERS, placeholders);
      return fastUpdate
          ? withRepresentative(kept, placeholders, sortedGlobal.get(":, {}:", slow))
          : kept;
    }

    private static Tokens first(Tokens tokens, int patches) {
      NDManager manager = tokens.x().getManager();
      int count = tokens.specials() + patches;
      return TokenRows.gather(
          tokens,
          manager
              .arange(0, count, 1, DataType.INT64)
              .reshape(1, count)
              .broadcast(tokens.batch(), count));
    }

    /** Σ g_j x_j / Σ g_j over the placeholders, behind the slow tokens. */
    private static Tokens withRepresentative(Tokens slow, NDArray placeholders, NDArray global) {
      NDArray sum = global.sum(new int[] {1}, true).maximum(Float.MIN_NORMAL);
      NDArray weights = global.div(sum).expandDims(1);
      NDArray representative = Casts.like(weights.matMul(Casts.wide(placeholders)), placeholders);
      return slow.withX(slow.x().concat(representative, 1))
          .carrying(REPRESENTATIVE, representative);
    }
  }

  /**
   * Puts the placeholders behind the slow tokens. With fast update each has become x_j + (rep' -
   * rep), rep' being what the blocks made of the representative token. That is what adding the
   * residuals block by block and aggregating anew gives: the weights add up to 1, so the new
   * aggregate is the old one plus the residuals.
   *
   * @param patches N
   */
  private record PutBack(int patches) implements Reduction.AfterBlock {
    @Override
    public TokenCount after(TokenCount slow) {
      return TokenCount.exactly(patches);
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      if (!hasPlaceholders(tokens)) {
        return tokens;
      }
      NDArray placeholders = tokens.carried().get(PLACEHOLDERS);
      int slow = tokens.specials() + slow(tokens);
      if (tokens.carried().containsKey(REPRESENTATIVE)) {
        NDArray update =
            tokens.x().get(":, {}:, :", slow).sub(tokens.carried().get(REPRESENTATIVE));
        placeholders = placeholders.add(update);
      }
      Tokens all =
          tokens
              .withX(tokens.x().get(":, :{}, :", slow).concat(placeholders, 1))
              .dropping(PLACEHOLDERS)
              .dropping(REPRESENTATIVE)
              .dropping(SOURCES);
      return tokens.carried().containsKey(SOURCES)
          ? all.withSources(tokens.carried().get(SOURCES))
          : all;
    }
  }

  /** The mean of all patch tokens stands where the head reads the class token. */
  private record ReadMean() implements Reduction.BeforeHead {
    @Override
    public Tokens read(Tokens tokens, Site site) {
      NDArray mean = tokens.patchFeatures().mean(new int[] {1}, true);
      return tokens.withX(mean.concat(tokens.patchFeatures(), 1));
    }
  }
}
