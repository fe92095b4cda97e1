package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Block;
import io.tokensweep.model.Need;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.Site;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * One variant alone, block after block: what is timed, and the second way of computing what {@link
 * Evaluator} shares.
 */
public final class Forward {
  private final VisionTransformer network;
  private final SortedMap<Integer, Reduction> sites;
  private final Observer observer;

  /** Sees the state at every step. Arrays are valid during the call only. */
  public interface Observer {
    /** Sees nothing. */
    Observer NONE = new Observer() {};

    /** What every block's attention computes for the observer, whether or not a method needs it. */
    default Set<Need> needs() {
      return Set.of();
    }

    /** The tokens that enter block 0; the observer may have them record their sources. */
    default Tokens embedded(Tokens tokens) {
      return tokens;
    }

    /** What enters a block, ahead of any reduction. */
    default void entering(int block, Tokens tokens) {}

    /** What enters the attention of a block. */
    default void entered(int block, Tokens tokens) {}

    /**
     * U and the attention of a block, ahead of any reduction between attention and FFN; not called
     * for row selection and gating.
     */
    default void attended(int block, Block.Attended attended) {}

    /** What enters the FFN of a block; not called for gating. */
    default void reduced(int block, Tokens tokens) {}

    /** What a block computed, ahead of any reduction of its output. */
    default void forwarded(int block, Tokens tokens) {}

    /** What leaves a block. */
    default void left(int block, Tokens tokens) {}

    /** What the final norm and the head read. */
    default void read(Tokens tokens) {}
  }

  public Forward(
      VisionTransformer network, SortedMap<Integer, Reduction> sites, Observer observer) {
    this.network = network;
    this.sites = sites;
    this.observer = observer;
  }

  /**
   * @param pixels normalised, (B, 3, R, R)
   * @param imageKeys one number for each image that names it everywhere
   * @return logits, (B, classes), in the manager of {@code pixels}
   */
  public NDArray logits(NDArray pixels, long[] imageKeys) {
    NDManager outer = pixels.getManager();
    try (NDManager scope = outer.newSubManager()) {
      NDArray view = pixels.reshape(pixels.getShape());
      view.attach(scope);
      Tokens tokens = observer.embedded(network.embed(view));
      int last = network.blocks().size() - 1;
      for (int index = 0; index <= last; index++) {
        Site site = new Site(index, imageKeys, network.weights());
        try (NDManager work = scope.newSubManager()) {
          tokens = block(tokens.moveTo(work), site).moveTo(scope);
        }
        observer.left(index, tokens);
      }
      Tokens read = read(tokens, new Site(last, imageKeys, network.weights()));
      observer.read(read);
      NDArray logits = network.classify(read);
      logits.attach(outer);
      return logits;
    }
  }

  private Tokens read(Tokens tokens, Site site) {
    return at(site, Reduction.BeforeHead.class).map(r -> r.read(tokens, site)).orElse(tokens);
  }

  private Tokens block(Tokens input, Site site) {
    Block block = network.blocks().get(site.block());
    observer.entering(site.block(), input);
    Tokens tokens =
        at(site, Reduction.BeforeBlock.class).map(r -> r.reduce(input, site)).orElse(input);
    observer.entered(site.block(), tokens);
    Tokens output =
        at(site, Reduction.Gating.class)
            .map(r -> r.forward(block, tokens, site).tokens())
            .orElseGet(() -> halves(block, tokens, site));
    observer.forwarded(site.block(), output);
    return at(site, Reduction.AfterBlock.class).map(r -> r.reduce(output, site)).orElse(output);
  }

  private Tokens halves(Block block, Tokens tokens, Site site) {
    Tokens reduced =
        at(site, Reduction.InsideAttention.class)
            .map(r -> block.attendRows(tokens, r.selector(site)))
            .orElseGet(() -> attend(block, tokens, site));
    observer.reduced(site.block(), reduced);
    return block.feedForward(reduced);
  }

  private Tokens attend(Block block, Tokens tokens, Site site) {
    Optional<Reduction.AfterAttention> reduction = at(site, Reduction.AfterAttention.class);
    Set<Need> needs = EnumSet.noneOf(Need.class);
    needs.addAll(observer.needs());
    reduction.ifPresent(r -> needs.addAll(r.needs()));
    Block.Attended attended = block.attend(tokens, needs);
    observer.attended(site.block(), attended);
    return reduction
        .map(r -> r.reduce(attended.tokens(), attended.attention(), site))
        .orElse(attended.tokens());
  }

  private <R extends Reduction> Optional<R> at(Site site, Class<R> kind) {
    return Reduction.at(sites, site.block(), kind);
  }
}
