package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Block;
import io.tokensweep.model.Macs;
import io.tokensweep.model.Need;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.Policies;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.Significance;
import io.tokensweep.reduction.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Runs all variants of a network over a batch in one depth-first pass: the stem, every block and
 * every attention half is computed once for all variants that agree up to there. Each variant's
 * numbers are those of running it alone, bit for bit, because the same operations see the same
 * arrays.
 *
 * <p>Memory: one set of tokens for every branch that is still to be walked, plus the block at work.
 */
public final class Evaluator {
  private final VisionTransformer network;
  private final List<Variant> variants;
  private final boolean sources;

  /** Does not record where the patches go. */
  public Evaluator(VisionTransformer network, List<Variant> variants) {
    this(network, variants, false);
  }

  /**
   * @param sources whether to record where each patch goes
   */
  public Evaluator(VisionTransformer network, List<Variant> variants, boolean sources) {
    this.network = network;
    this.variants = List.copyOf(variants);
    this.sources = sources;
  }

  /**
   * @param pixels normalised, (B, 3, R, R); results end with a sub-manager of its manager
   * @param imageKeys one number for each image that names it everywhere
   * @param sink receives the outcome of every variant; variants that do the same share one outcome
   * @return multiply-accumulates that all variants together took, those of the reductions
   *     themselves not counted
   */
  public long evaluate(NDArray pixels, long[] imageKeys, BiConsumer<Variant, Outcome> sink) {
    try (NDManager batch = pixels.getManager().newSubManager()) {
      Walk walk = new Walk(batch, imageKeys, sink);
      walk.block(0, walk.embed(pixels), Trace.ofDepth(network.blocks().size()), variants);
      return walk.macs;
    }
  }

  /** Tokens with the scope that they end with. */
  private record Owned(Tokens tokens, NDManager scope) implements AutoCloseable {
    @Override
    public void close() {
      scope.close();
    }
  }

  /** What has been noted on the way to a node of the tree. */
  private record Trace(
      Outcome.Flow flow, List<Evidence> evidence, Optional<Diversity.Scores> diversity) {
    static Trace ofDepth(int depth) {
      return new Trace(
          Outcome.Flow.ofDepth(depth), Collections.nCopies(depth, Evidence.NONE), Optional.empty());
    }

    Trace withAttended(int block, int[] attended, int[] rows, int[] heads) {
      Outcome.Flow next = flow.copy();
      next.attended()[block] = attended;
      next.rows()[block] = rows;
      next.heads()[block] = heads;
      return new Trace(next, evidence, diversity);
    }

    Trace withForwarded(int block, int[] counts) {
      Outcome.Flow next = flow.copy();
      next.forwarded()[block] = counts;
      return new Trace(next, evidence, diversity);
    }

    Trace withLeft(int block, Tokens tokens) {
      Outcome.Flow next = flow.copy();
      next.left()[block] = tokens.countPerImage();
      return new Trace(next, evidence, diversity);
    }

    Trace withEvidence(int block, UnaryOperator<Evidence> more) {
      List<Evidence> next = new ArrayList<>(evidence);
      next.set(block, more.apply(evidence.get(block)));
      return new Trace(flow, next, diversity);
    }

    /** Both or none: scores are there where a reduction acted. */
    Trace withChange(
        int block, Optional<Diversity.Scores> before, Optional<Diversity.Scores> after) {
      return after
          .map(scores -> withEvidence(block, e -> e.withChange(before.orElseThrow(), scores)))
          .orElse(this);
    }

    Trace withDiversity(Diversity.Scores scores) {
      return new Trace(flow, evidence, Optional.of(scores));
    }
  }

  /** One batch's pass through the tree. */
  private final class Walk {
    private final NDManager batch;
    private final long[] imageKeys;
    private final BiConsumer<Variant, Outcome> sink;
    private long macs;

    Walk(NDManager batch, long[] imageKeys, BiConsumer<Variant, Outcome> sink) {
      this.batch = batch;
      this.imageKeys = imageKeys;
      this.sink = sink;
    }

    Owned embed(NDArray pixels) {
      macs += imageKeys.length * Macs.stem(network.architecture(), network.resolution());
      NDManager scope = batch.newSubManager();
      try (NDManager work = batch.newSubManager()) {
        NDArray view = pixels.reshape(pixels.getShape());
        view.attach(work);
        Tokens tokens = network.embed(view);
        return new Owned((sources ? tokens.recordingSources() : tokens).moveTo(scope), scope);
      }
    }

    /** Takes {@code input} over and closes it as soon as the last branch no longer needs it. */
    void block(int index, Owned input, Trace trace, List<Variant> here) {
      if (index == network.blocks().size()) {
        Site last = new Site(index - 1, imageKeys, network.weights());
        forEachBranch(
            split(here, index - 1, Reduction.BeforeHead.class),
            (reading, branch, isLast) -> {
              Owned read = derive(input, t -> reading.map(r -> r.read(t, last)).orElse(t));
              closeIf(isLast, input);
              classify(read, trace, branch);
            });
        return;
      }
      Site site = new Site(index, imageKeys, network.weights());
      Map<Optional<Reduction.BeforeBlock>, List<Variant>> branches =
          split(here, index, Reduction.BeforeBlock.class);
      Optional<Diversity.Scores> before = diversityBefore(branches, input.tokens());
      forEachBranch(
          branches,
          (reduction, branch, last) -> {
            Owned reduced = derive(input, t -> reduction.map(r -> r.reduce(t, site)).orElse(t));
            closeIf(last, input);
            Optional<Diversity.Scores> after = diversityAfter(reduction, reduced.tokens());
            gating(site, reduced, trace.withChange(index, before, after), branch);
          });
    }

    private void gating(Site site, Owned input, Trace trace, List<Variant> here) {
      Block block = network.blocks().get(site.block());
      forEachBranch(
          split(here, site.block(), Reduction.Gating.class),
          (gating, branch, last) -> {
            if (gating.isPresent()) {
              AtomicReference<Trace> gated = new AtomicReference<>();
              Owned output =
                  derive(
                      input,
                      tokens -> {
                        Reduction.Gating.Gated run = gating.get().forward(block, tokens, site);
                        Trace attended =
                            attended(trace, site, run.attended(), run.attended(), run.heads());
                        gated.set(forwarded(attended, site, run.forwarded()));
                        return run.tokens();
                      });
              closeIf(last, input);
              Trace passed = measured(site, output, Optional.empty(), gated.get(), branch);
              afterBlock(site, output, passed, branch);
            } else {
              attention(site, input, last, trace, branch);
            }
          });
    }

    private void attention(
        Site site, Owned input, boolean lastUse, Trace before, List<Variant> here) {
      Block block = network.blocks().get(site.block());
      int[] attended = input.tokens().countPerImage();
      int[] heads = new int[attended.length];
      Arrays.fill(heads, network.architecture().heads());
      Map<Optional<Reduction.InsideAttention>, List<Variant>> branches =
          split(here, site.block(), Reduction.InsideAttention.class);
      Optional<Diversity.Scores> unselected = diversityBefore(branches, input.tokens());
      forEachBranch(
          branches,
          (selecting, branch, last) -> {
            if (selecting.isPresent()) {
              Owned kept = derive(input, t -> block.attendRows(t, selecting.get().selector(site)));
              closeIf(last && lastUse, input);
              int[] rows = kept.tokens().countPerImage();
              Optional<Diversity.Scores> after = diversityAfter(selecting, kept.tokens());
              Trace trace =
                  attended(before, site, attended, rows, heads)
                      .withChange(site.block(), unselected, after);
              feedForward(site, kept, after, trace, branch);
            } else {
              Trace trace = attended(before, site, attended, attended, heads);
              afterAttention(site, input, last && lastUse, trace, branch);
            }
          });
    }

    private void afterAttention(
        Site site, Owned input, boolean lastUse, Trace trace, List<Variant> here) {
      Block block = network.blocks().get(site.block());
      Map<Optional<Reduction.AfterAttention>, List<Variant>> branches =
          split(here, site.block(), Reduction.AfterAttention.class);
      NDManager scope = batch.newSubManager();
      Block.Attended attended;
      double[] significance;
      try (NDManager work = batch.newSubManager()) {
        Block.Attended whole = block.attend(input.tokens().viewIn(work), needs(branches.keySet()));
        significance = Significance.variances(Significance.of(whole.attention()), whole.tokens());
        attended = whole.moveTo(scope);
      }
      closeIf(lastUse, input);
      Trace seen = trace.withEvidence(site.block(), e -> e.withSignificance(significance));
      Optional<Diversity.Scores> before = diversityBefore(branches, attended.tokens());
      forEachBranch(
          branches,
          (reduction, branch, last) -> {
            Optional<Policies> policies = policies(reduction, attended);
            Owned reduced = deriveAttended(attended, a -> reduce(reduction, a, site));
            if (last) {
              scope.close();
            }
            Optional<Diversity.Scores> after = diversityAfter(reduction, reduced.tokens());
            Trace changed = seen.withChange(site.block(), before, after);
            Trace decided =
                policies
                    .map(taken -> changed.withEvidence(site.block(), e -> e.withPolicies(taken)))
                    .orElse(changed);
            feedForward(site, reduced, after, decided, branch);
          });
    }

    private Optional<Policies> policies(
        Optional<Reduction.AfterAttention> reduction, Block.Attended attended) {
      try (NDManager work = batch.newSubManager()) {
        Block.Attended view = attended.viewIn(work);
        return reduction.flatMap(r -> r.policies(view.tokens(), view.attention()));
      }
    }

    private static Tokens reduce(
        Optional<Reduction.AfterAttention> reduction, Block.Attended attended, Site site) {
      return reduction
          .map(r -> r.reduce(attended.tokens(), attended.attention(), site))
          .orElse(attended.tokens());
    }

    private static Set<Need> needs(Set<Optional<Reduction.AfterAttention>> reductions) {
      Set<Need> needs = EnumSet.copyOf(Significance.NEEDS);
      reductions.forEach(reduction -> reduction.ifPresent(r -> needs.addAll(r.needs())));
      return needs;
    }

    /**
     * @param known diversity of {@code input}, where it was taken already
     */
    private void feedForward(
        Site site,
        Owned input,
        Optional<Diversity.Scores> known,
        Trace before,
        List<Variant> here) {
      int index = site.block();
      Trace forwarded = forwarded(before, site, input.tokens().countPerImage());
      Trace trace = measured(site, input, known, forwarded, here);
      Owned output = derive(input, network.blocks().get(index)::feedForward);
      input.close();
      afterBlock(site, output, trace, here);
    }

    private static Trace measured(
        Site site,
        Owned tokens,
        Optional<Diversity.Scores> known,
        Trace trace,
        List<Variant> here) {
      return here.stream().anyMatch(variant -> variant.diversityBlock() == site.block())
          ? trace.withDiversity(known.orElseGet(() -> Diversity.of(tokens.tokens())))
          : trace;
    }

    private void afterBlock(Site site, Owned output, Trace trace, List<Variant> here) {
      int index = site.block();
      Map<Optional<Reduction.AfterBlock>, List<Variant>> branches =
          split(here, index, Reduction.AfterBlock.class);
      Optional<Diversity.Scores> before = diversityBefore(branches, output.tokens());
      forEachBranch(
          branches,
          (reduction, branch, last) -> {
            Owned left = derive(output, t -> reduction.map(r -> r.reduce(t, site)).orElse(t));
            closeIf(last, output);
            Optional<Diversity.Scores> after = diversityAfter(reduction, left.tokens());
            Trace next = trace.withLeft(index, left.tokens()).withChange(index, before, after);
            block(index + 1, left, recorded(index, left.tokens(), next), branch);
          });
    }

    /** Notes the attention that a node of the tree computes. */
    private Trace attended(Trace trace, Site site, int[] attended, int[] rows, int[] heads) {
      for (int image = 0; image < attended.length; image++) {
        macs += Macs.attention(network.architecture(), attended[image], rows[image], heads[image]);
      }
      return trace.withAttended(site.block(), attended, rows, heads);
    }

    /** Notes the FFN that a node of the tree computes. */
    private Trace forwarded(Trace trace, Site site, int[] counts) {
      for (int count : counts) {
        macs += Macs.feedForward(network.architecture(), count);
      }
      return trace.withForwarded(site.block(), counts);
    }

    /** Sources after a block that changed the tokens, as its diversity shows. */
    private Trace recorded(int block, Tokens tokens, Trace trace) {
      if (!sources || trace.evidence().get(block).diversity().isEmpty()) {
        return trace;
      }
      if (tokens.sources().isEmpty()) {
        throw new IllegalStateException(
            "the reduction at block %d does not say where patches went".formatted(block));
      }
      return trace.withEvidence(block, e -> e.withSources(Evidence.Sources.of(tokens)));
    }

    private void classify(Owned input, Trace trace, List<Variant> here) {
      float[] logits;
      try (NDManager work = batch.newSubManager()) {
        logits = network.classify(input.tokens().viewIn(work)).toFloatArray();
      }
      for (int patches : input.tokens().patchesPerImage()) {
        macs += Macs.head(network.architecture(), patches);
      }
      input.close();
      Outcome outcome =
          new Outcome(
              logits,
              trace.flow(),
              trace.evidence(),
              trace
                  .diversity()
                  .orElseThrow(() -> new IllegalStateException("no block measured diversity")));
      here.forEach(variant -> sink.accept(variant, outcome));
    }

    private static void closeIf(boolean last, Owned owned) {
      if (last) {
        owned.close();
      }
    }

    private Owned derive(Owned from, UnaryOperator<Tokens> function) {
      NDManager scope = batch.newSubManager();
      try (NDManager work = batch.newSubManager()) {
        return new Owned(function.apply(from.tokens().viewIn(work)).moveTo(scope), scope);
      }
    }

    private Owned deriveAttended(Block.Attended from, Function<Block.Attended, Tokens> function) {
      NDManager scope = batch.newSubManager();
      try (NDManager work = batch.newSubManager()) {
        return new Owned(function.apply(from.viewIn(work)).moveTo(scope), scope);
      }
    }
  }

  /** Diversity ahead of a reduction, once for all branches that have one. */
  private static <R> Optional<Diversity.Scores> diversityBefore(
      Map<Optional<R>, List<Variant>> branches, Tokens tokens) {
    boolean acts = branches.keySet().stream().anyMatch(Optional::isPresent);
    return acts ? Optional.of(Diversity.of(tokens)) : Optional.empty();
  }

  private static Optional<Diversity.Scores> diversityAfter(
      Optional<? extends Reduction> reduction, Tokens tokens) {
    return reduction.map(any -> Diversity.of(tokens));
  }

  private interface Branch<R> {
    void walk(Optional<R> reduction, List<Variant> variants, boolean last);
  }

  /** Variants by what they do at a block, in order of first appearance; most do nothing. */
  private static <R extends Reduction> Map<Optional<R>, List<Variant>> split(
      List<Variant> variants, int block, Class<R> kind) {
    Map<Optional<R>, List<Variant>> branches = new LinkedHashMap<>();
    for (Variant variant : variants) {
      branches.computeIfAbsent(variant.at(block, kind), any -> new ArrayList<>()).add(variant);
    }
    return branches;
  }

  private static <R> void forEachBranch(
      Map<Optional<R>, List<Variant>> branches, Branch<R> branch) {
    Iterator<Map.Entry<Optional<R>, List<Variant>>> entries = branches.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Optional<R>, List<Variant>> entry = entries.next();
      branch.walk(entry.getKey(), entry.getValue(), !entries.hasNext());
    }
  }
}
