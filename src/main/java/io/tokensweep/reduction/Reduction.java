package io.tokensweep.reduction;

import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.RowSelector;
import io.tokensweep.model.Tokens;
import java.util.Set;

/**
 * What a method does at one block. The permitted kinds say where: ahead of the block, inside its
 * attention, between attention and FFN, or on its output.
 *
 * <p>Implementations are immutable values: two reductions that are equal do the same to the same
 * tokens. Evaluation relies on it to share the work of trials. Whatever they create belongs to the
 * manager of the tokens they are given.
 */
public sealed interface Reduction {

  /** How many patch tokens leave, given how many enter; plans and MACs come from here. */
  TokenCount after(TokenCount patches);

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
  }

  /** Acts on the block's output (halting methods). */
  non-sealed interface AfterBlock extends Reduction {
    Tokens reduce(Tokens tokens, Site site);
  }
}
