package io.tokensweep.sweep;

import io.tokensweep.reduction.Reduction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * MACs of one image for all trials of a group.
 *
 * @param alone if each trial ran by itself
 * @param together if layers are shared: the stem, and of each block the halves ahead of the first
 *     reduction in which trials differ. Reductions are values, so equal ones at the same block
 *     share on
 */
record SharedMacs(BigInteger alone, long together) {

  private record Walk(TokenFlow flow, SortedMap<Integer, Reduction> reductions) {
    static Walk of(Trial trial) {
      SortedMap<Integer, Reduction> reductions = trial.reductions();
      return new Walk(trial.flow(reductions), reductions);
    }
  }

  static SharedMacs of(Group group) {
    List<Walk> walks = group.trials().stream().map(Walk::of).toList();
    BigInteger alone =
        walks.stream()
            .map(walk -> BigInteger.valueOf(walk.flow.macs()))
            .reduce(BigInteger.ZERO, BigInteger::add);
    return new SharedMacs(alone, walks.get(0).flow.stemMacs() + from(0, walks));
  }

  /** From a block's input on, which all of {@code walks} share. */
  private static long from(int block, List<Walk> walks) {
    int depth = walks.get(0).flow.steps().size();
    if (block == depth) {
      return walks.get(0).flow.headMacs();
    }
    if (walks.size() == 1) {
      return alone(block, walks.get(0).flow);
    }
    long macs = 0;
    for (List<Walk> attended : split(walks, block, SharedMacs::changesAttention)) {
      macs += attended.get(0).flow.steps().get(block).attentionMacs();
      for (List<Walk> forwarded : split(attended, block, SharedMacs::changesFeedForward)) {
        macs += forwarded.get(0).flow.steps().get(block).feedForwardMacs();
        for (List<Walk> next : split(forwarded, block, reduction -> true)) {
          macs += from(block + 1, next);
        }
      }
    }
    return macs;
  }

  private static long alone(int block, TokenFlow flow) {
    return flow.headMacs()
        + flow.steps().subList(block, flow.steps().size()).stream()
            .mapToLong(step -> step.attentionMacs() + step.feedForwardMacs())
            .sum();
  }

  private static boolean changesAttention(Reduction reduction) {
    return reduction instanceof Reduction.BeforeBlock
        || reduction instanceof Reduction.Gating
        || reduction instanceof Reduction.InsideAttention;
  }

  private static boolean changesFeedForward(Reduction reduction) {
    return changesAttention(reduction) || reduction instanceof Reduction.AfterAttention;
  }

  /** Walks with equal reductions at {@code block}, as far as they matter. */
  private static Collection<List<Walk>> split(
      List<Walk> walks, int block, Function<Reduction, Boolean> matters) {
    if (walks.size() == 1) {
      return List.of(walks);
    }
    Map<List<Reduction>, List<Walk>> parts = new LinkedHashMap<>();
    for (Walk walk : walks) {
      List<Reduction> key = Reduction.parts(walk.reductions, block).filter(matters::apply).toList();
      parts.computeIfAbsent(key, absent -> new ArrayList<>()).add(walk);
    }
    return parts.values();
  }
}
