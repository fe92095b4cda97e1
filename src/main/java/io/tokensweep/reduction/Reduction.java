package io.tokensweep.reduction;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Block;
import io.tokensweep.model.Need;
import io.tokensweep.model.RowSelector;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * What a method does at one block. The permitted kinds say where: ahead of the block, inside its
 * attention, between attention and FFN, on its output, on what the head reads, or in place of the
 * block's own course; {@link Combined} does several of these at one block.
 *
 * <p>Implementations are immutable values: two reductions that are equal do the same to the same
 * tokens. Evaluation relies on it to share the work of trials. Whatever they create belongs to the
 * manager of the tokens they are given.
 */
public sealed interface Reduction {

  /** How many patch tokens leave, given how many enter; plans and MACs come from here. */
  TokenCount after(TokenCount patches);

  /**
   * Multiply-accumulates of the reduction itself for one image: predictors, distances, learned
   * mixing. Reported apart from those of the network.
   *
   * @param patches patch tokens that enter
   */
  default long overhead(Architecture architecture, int patches) {
    return 0;
  }

  /** Acts on the block's input, ahead of LN1: both halves of the block see the result. */
  non-sealed interface BeforeBlock extends Reduction {
    Tokens reduce(Tokens tokens, Site site);
  }

  /** Chooses rows of the attention matrix; its counts hold from the attention output on. */
  non-sealed interface InsideAttention extends Reduction {
    RowSelector selector(Site site);
  }

  /** Acts on U, between the attention residual and the FFN. */
  non-sealed interface AfterAttention extends Reduction {
    /** What {@link #reduce} reads from the attention; nothing else is there. */
    Set<Need> needs();

    Tokens reduce(Tokens tokens, AttentionView attention, Site site);

    /** What {@link #reduce} decides for each image, where it decides between ways to go. */
    default Optional<Policies> policies(Tokens tokens, AttentionView attention) {
      return Optional.empty();
    }
  }

  /** Acts on the block's output (halting methods). */
  non-sealed interface AfterBlock extends Reduction {
    Tokens reduce(Tokens tokens, Site site);
  }

  /**
   * Runs the block itself, for some tokens, heads or images only (AdaViT). No token vanishes: what
   * is left out of a block passes it by.
   */
  non-sealed interface Gating extends Reduction {
    Gated forward(Block block, Tokens tokens, Site site);

    @Override
    default TokenCount after(TokenCount patches) {
      return patches;
    }

    /**
     * A block that ran in part; a count is 0 where an image skipped that half.
     *
     * @param attended tokens of each image in attention, the specials included
     * @param heads attention heads of each image
     * @param forwarded tokens of each image in the FFN, the specials included
     */
    @SuppressWarnings("ArrayRecordComponent") // read once
    record Gated(Tokens tokens, int[] attended, int[] heads, int[] forwarded) {}
  }

  /**
   * Turns the last block's output into what the final norm and the head read, where that is not the
   * class token as it is. Placed at the last block.
   */
  non-sealed interface BeforeHead extends Reduction {
    Tokens read(Tokens tokens, Site site);

    @Override
    default TokenCount after(TokenCount patches) {
      return patches;
    }
  }

  /**
   * Several reductions at one block, each of another kind.
   *
   * @param parts in the order in which they act
   */
  record Combined(List<Reduction> parts) implements Reduction {
    public Combined {
      parts = List.copyOf(parts);
    }

    @Override
    public TokenCount after(TokenCount patches) {
      TokenCount count = patches;
      for (Reduction part : parts) {
        count = part.after(count);
      }
      return count;
    }

    @Override
    public long overhead(Architecture architecture, int patches) {
      long macs = 0;
      TokenCount count = TokenCount.exactly(patches);
      for (Reduction part : parts) {
        macs += part.overhead(architecture, count.most());
        count = part.after(count);
      }
      return macs;
    }
  }

  /** What is done at a block in the way of {@code kind}. */
  static <R extends Reduction> Optional<R> at(
      SortedMap<Integer, Reduction> sites, int block, Class<R> kind) {
    return parts(sites, block).filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** All that is done at a block, in the order in which it acts. */
  static Stream<Reduction> parts(SortedMap<Integer, Reduction> sites, int block) {
    Reduction reduction = sites.get(block);
    if (reduction instanceof Combined combined) {
      return combined.parts.stream();
    }
    return Stream.ofNullable(reduction);
  }
}
