package io.tokensweep.sweep;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Macs;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.TokenCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * How many tokens of one image pass through each block, and what that costs.
 *
 * @param stemMacs pixels to patch tokens
 * @param headMacs classifiers; upper bound where counts are not exact and a classifier reads
 *     patches
 * @param overheadMacs what the reductions themselves cost, not part of {@link #macs}; upper bound
 *     where counts are not exact
 */
public record TokenFlow(long stemMacs, List<Step> steps, long headMacs, long overheadMacs) {

  /**
   * One block; counts include the specials. A block that decides for itself what it runs has the
   * specials as its least.
   *
   * @param attended T, tokens in attention
   * @param forwarded T', tokens in the FFN
   * @param leaving tokens that enter the next block
   * @param attentionMacs upper bound where counts are not exact
   * @param feedForwardMacs upper bound where counts are not exact
   */
  public record Step(
      TokenCount attended,
      TokenCount forwarded,
      TokenCount leaving,
      long attentionMacs,
      long feedForwardMacs) {}

  public TokenFlow {
    steps = List.copyOf(steps);
  }

  /** The flow through a backbone with reductions at some blocks. */
  public static TokenFlow of(
      Architecture architecture, int resolution, SortedMap<Integer, Reduction> reductions) {
    TokenCount patches = TokenCount.exactly(architecture.patches(resolution));
    List<Step> steps = new ArrayList<>(architecture.depth());
    long overhead = 0;
    Optional<Step> plain = Optional.empty(); // what all blocks up to the next reduction have alike
    for (int block = 0; block < architecture.depth(); block++) {
      if (reductions.containsKey(block)) {
        overhead += reductions.get(block).overhead(architecture, patches.most());
        Counts counts = counts(patches, reductions, block);
        patches = counts.leaving;
        steps.add(step(architecture, counts));
        plain = Optional.empty();
      } else {
        if (plain.isEmpty()) {
          plain = Optional.of(step(architecture, new Counts(patches, patches, patches, patches)));
        }
        steps.add(plain.get());
      }
    }
    return new TokenFlow(
        Macs.stem(architecture, resolution),
        steps,
        Macs.head(architecture, patches.most()),
        overhead);
  }

  /** Multiply-accumulates of one image; the upper bound where counts are not exact. */
  public long macs() {
    return stemMacs
        + headMacs
        + steps.stream().mapToLong(step -> step.attentionMacs + step.feedForwardMacs).sum();
  }

  /** Whether every image has the same counts. */
  public boolean isExact() {
    return steps.stream()
        .allMatch(
            step -> step.attended.isExact() && step.forwarded.isExact() && step.leaving.isExact());
  }

  /** Patch tokens in attention, rows of it that go on, in the FFN, and after the block. */
  private record Counts(
      TokenCount attended, TokenCount rows, TokenCount forwarded, TokenCount leaving) {}

  private static Counts counts(
      TokenCount before, SortedMap<Integer, Reduction> reductions, int block) {
    if (Reduction.at(reductions, block, Reduction.Gating.class).isPresent()) {
      TokenCount some = new TokenCount(0, before.most());
      return new Counts(
          some, some, some, after(before, reductions, block, Reduction.AfterBlock.class));
    }
    TokenCount attended = after(before, reductions, block, Reduction.BeforeBlock.class);
    TokenCount rows = after(attended, reductions, block, Reduction.InsideAttention.class);
    TokenCount forwarded = after(rows, reductions, block, Reduction.AfterAttention.class);
    TokenCount leaving = after(forwarded, reductions, block, Reduction.AfterBlock.class);
    return new Counts(attended, rows, forwarded, leaving);
  }

  private static TokenCount after(
      TokenCount before,
      SortedMap<Integer, Reduction> reductions,
      int block,
      Class<? extends Reduction> kind) {
    return Reduction.at(reductions, block, kind).map(r -> r.after(before)).orElse(before);
  }

  private static Step step(Architecture architecture, Counts counts) {
    TokenCount attended = withSpecials(counts.attended, architecture);
    TokenCount rows = withSpecials(counts.rows, architecture);
    TokenCount forwarded = withSpecials(counts.forwarded, architecture);
    return new Step(
        attended,
        forwarded,
        withSpecials(counts.leaving, architecture),
        Macs.attention(architecture, attended.most(), rows.most()),
        Macs.feedForward(architecture, forwarded.most()));
  }

  private static TokenCount withSpecials(TokenCount patches, Architecture architecture) {
    return patches.map(count -> count + architecture.specials());
  }
}
