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
 * @param steps the trials in the order in which the shared evaluation comes to them
 */
record SharedMacs(BigInteger alone, long together, List<Step> steps) {
  /** By so much of its length a part may be longer or shorter, for a better place to cut. */
  private static final double SLACK = 0.125;

  /**
   * A trial on the way through the tree of shared layers.
   *
   * @param macs what it adds to those ahead of it
   * @param alone what it takes by itself
   */
  record Step(Trial trial, long macs, long alone) {
    /** What is computed again if those ahead of it are in another unit. */
    long shared() {
      return alone - macs;
    }
  }

  private record Walk(Trial trial, TokenFlow flow, SortedMap<Integer, Reduction> reductions) {
    static Walk of(Trial trial) {
      SortedMap<Integer, Reduction> reductions = trial.reductions();
      return new Walk(trial, trial.flow(reductions), reductions);
    }
  }

  /** Goes through the tree, depth first. */
  private static final class Steps {
    private final List<Step> steps = new ArrayList<>();
    private long added;

    /** From a block's input on, which all of {@code walks} share. */
    void from(int block, List<Walk> walks) {
      int depth = walks.get(0).flow.steps().size();
      if (block == depth || walks.size() == 1) {
        added += rest(block, walks.get(0).flow);
        walks.forEach(this::leaf);
        return;
      }
      for (List<Walk> attended : split(walks, block, SharedMacs::changesAttention)) {
        added += attended.get(0).flow.steps().get(block).attentionMacs();
        for (List<Walk> forwarded : split(attended, block, SharedMacs::changesFeedForward)) {
          added += forwarded.get(0).flow.steps().get(block).feedForwardMacs();
          for (List<Walk> next : split(forwarded, block, reduction -> true)) {
            from(block + 1, next);
          }
        }
      }
    }

    private void leaf(Walk walk) {
      steps.add(new Step(walk.trial, added, walk.flow.macs()));
      added = 0;
    }
  }

  static SharedMacs of(Group group) {
    List<Walk> walks = group.trials().stream().map(Walk::of).toList();
    Steps steps = new Steps();
    steps.added = walks.get(0).flow.stemMacs();
    steps.from(0, walks);
    BigInteger alone =
        steps.steps.stream()
            .map(step -> BigInteger.valueOf(step.alone))
            .reduce(BigInteger.ZERO, BigInteger::add);
    return new SharedMacs(
        alone, steps.steps.stream().mapToLong(Step::macs).sum(), List.copyOf(steps.steps));
  }

  /**
   * The trials in parts of about equal cost, cut where they share least: each part shares layers
   * among its own.
   *
   * @param count of parts; there are fewer where that does not work out
   */
  List<List<Trial>> parts(int count) {
    List<List<Trial>> parts = new ArrayList<>();
    double length = (double) together / count;
    int from = 0;
    int next = 0;
    long ahead = 0;
    for (int part = 1; part < count; part++) {
      double least = (part - SLACK) * length;
      for (; next < steps.size() && ahead < least; next++) {
        ahead += steps.get(next).macs;
      }
      int cut = cut(next, (part + SLACK) * length - ahead);
      if (cut > from && cut < steps.size()) {
        parts.add(trials(from, cut));
        from = cut;
      }
    }
    parts.add(trials(from, steps.size()));
    return parts;
  }

  /** The step from {@code first} on, within {@code macs}, that shares least with those before. */
  private int cut(int first, double macs) {
    int best = first;
    double left = macs;
    for (int i = first; i < steps.size() && left >= 0; i++) {
      if (steps.get(i).shared() < steps.get(best).shared()) {
        best = i;
      }
      left -= steps.get(i).macs;
    }
    return best;
  }

  private List<Trial> trials(int from, int to) {
    return steps.subList(from, to).stream().map(Step::trial).toList();
  }

  private static long rest(int block, TokenFlow flow) {
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
